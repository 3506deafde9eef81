import { AppError, refuseNul } from "../../base/index.ts";
import type { Person } from "../forge/forge.ts";
import type { ForgeReview } from "../forge/forge-pull-request.ts";
import type {
  ForgeCommit,
  ForgeOutlook,
  NewCommentPlace,
  NewForgeReview,
  ReviewComment,
} from "../forge/forge-review.ts";
import { commentOfReview } from "../forge/review-comment.ts";
import type { PullRequest } from "./pull-request.ts";
import { forgeOfPullRequest, observeNow, type PullRequestPorts, reviewingOf } from "./pull-request-forge.ts";

const maxCommits = 500;
const maxPatchChars = 1_000_000;

/** An entry in a pull request's conversation. Reviews include their decision. */
export type ReviewEntry = ReviewComment & { readonly reviewState: ForgeReview["state"] | null };

/** Returns the conversation, oldest first, including inline comments and reviews. */
export async function conversationOf(
  ports: PullRequestPorts,
  pullRequest: PullRequest,
): Promise<readonly ReviewEntry[]> {
  const { forge, repository } = await forgeOfPullRequest(ports, pullRequest);
  const { number } = pullRequest;
  const [comments, reviews] = await Promise.all([
    forge.reviewing?.listReviewComments(repository, number) ??
      forge
        .listComments(repository, { kind: "pullRequest", number })
        .then((listed) => listed.filter(({ kind }) => kind !== "review").map(withoutLocalFields)),
    forge.listReviews(repository, number),
  ]);
  const sentences = [
    ...comments.map((comment) => ({ ...comment, reviewState: null })),
    ...reviews.map(asReviewEntry),
  ];
  return sentences.sort((one, other) => one.createdAt.getTime() - other.createdAt.getTime());
}

const withoutLocalFields = (comment: Omit<ReviewComment, keyof typeof localFields>): ReviewComment => ({
  ...comment,
  ...localFields,
});
/** Defaults for the fields that only the built-in forge reports. */
const localFields = { startLine: null, isOutdated: false, resolved: null };

const asReviewEntry = (review: ForgeReview): ReviewEntry => ({
  ...commentOfReview(review),
  ...localFields,
  reviewState: review.state,
});

export interface NewComment {
  readonly body: string;
  readonly place: NewCommentPlace | null;
  /** ID of the inline comment to reply to, or null if the comment is not a reply. */
  readonly replyTo: string | null;
}

/**
 * Posts a comment on behalf of the person. Throws the errors of `forgeOfPullRequest`. Also throws `invalid_input` if
 * the lines are outside the change or the body contains a NUL character, `not_found` if the comment to reply to does
 * not exist, or `conflict` if people comment on the forge itself.
 */
export async function commentOnPullRequest(
  ports: PullRequestPorts,
  person: Person,
  pullRequest: PullRequest,
  { body, place, replyTo }: NewComment,
): Promise<ReviewEntry> {
  refuseNul("body", body);
  const { forge, repository } = await forgeOfPullRequest(ports, pullRequest, person);
  const reviewing = reviewingOf(forge, pullRequest, "create review comments");
  const { number } = pullRequest;
  const write = async (): Promise<ReviewComment> => {
    if (replyTo !== null) return reviewing.replyInline(repository, number, replyTo, body);
    if (place !== null) return reviewing.commentInline(repository, number, place, body);
    return withoutLocalFields(await forge.comment(repository, { kind: "pullRequest", number }, body));
  };
  return { ...(await write()), reviewState: null };
}

/**
 * Submits a review on behalf of the person, and stores the pull request's new state. Throws the errors of
 * `commentOnPullRequest`, or `conflict` if the pull request has another head than the reviewer saw.
 */
export async function submitReview(
  ports: PullRequestPorts,
  person: Person,
  pullRequest: PullRequest,
  review: NewForgeReview,
): Promise<ReviewEntry> {
  refuseNul("body", review.body);
  const at = await forgeOfPullRequest(ports, pullRequest, person);
  const reviewing = reviewingOf(at.forge, pullRequest, "submit reviews");
  const submitted = await reviewing.submitReview(at.repository, pullRequest.number, review);
  await observeNow(ports, at, pullRequest.number);
  return asReviewEntry(submitted);
}

/** Resolves or reopens the thread of an inline comment. */
export async function resolveThread(
  ports: PullRequestPorts,
  person: Person,
  pullRequest: PullRequest,
  comment: { readonly id: string; readonly isResolved: boolean },
): Promise<void> {
  const { forge, repository } = await forgeOfPullRequest(ports, pullRequest, person);
  const reviewing = reviewingOf(forge, pullRequest, "resolve review threads");
  await reviewing.resolveThread(repository, pullRequest.number, comment.id, comment.isResolved);
}

/**
 * Commits the change that a comment suggests, and stores the pull request's new state. Throws `conflict` if the
 * commented lines have since changed, the repository is disabled or people review on the forge itself.
 */
export async function applySuggestion(
  ports: PullRequestPorts,
  person: Person,
  pullRequest: PullRequest,
  commentId: string,
): Promise<{ readonly sha: string }> {
  const at = await forgeOfPullRequest(ports, pullRequest, person);
  const reviewing = reviewingOf(at.forge, pullRequest, "apply suggestions");
  const applied = await reviewing.applySuggestion(at.repository, pullRequest.number, commentId);
  await observeNow(ports, at, pullRequest.number);
  return applied;
}

/**
 * Returns the latest 500 commits, oldest first. Throws `conflict` if the repository is disabled or people review on the
 * forge itself.
 */
export async function commitsOf(
  ports: PullRequestPorts,
  pullRequest: PullRequest,
): Promise<readonly ForgeCommit[]> {
  const { forge, repository } = await forgeOfPullRequest(ports, pullRequest);
  const reviewing = reviewingOf(forge, pullRequest, "list the commits of pull requests");
  return reviewing.listCommits(repository, pullRequest.number, maxCommits);
}

/**
 * Returns the merge outlook from the built-in forge, or null for other forges or if the built-in forge cannot read the
 * pull request.
 */
export async function outlookOf(
  ports: PullRequestPorts,
  pullRequest: PullRequest,
): Promise<ForgeOutlook | null> {
  return fromBuiltIn(ports, pullRequest, ({ forge, repository }) =>
    forge.reviewing?.outlook(repository, pullRequest.number),
  );
}

export async function patchOnForge(
  ports: PullRequestPorts,
  pullRequest: PullRequest,
): Promise<string | null> {
  return fromBuiltIn(ports, pullRequest, ({ forge, repository }) =>
    forge.reviewing?.readPatch(repository, pullRequest.number, maxPatchChars),
  );
}

type At = Awaited<ReturnType<typeof forgeOfPullRequest>>;

async function fromBuiltIn<T>(
  ports: PullRequestPorts,
  pullRequest: PullRequest,
  ask: (at: At) => Promise<T | null> | undefined,
): Promise<T | null> {
  try {
    const { organizationId, repositoryId } = pullRequest;
    const repository = await ports.store.repositories.find(organizationId, repositoryId);
    if (repository?.forge !== "local") return null;
    return (await ask(await forgeOfPullRequest(ports, pullRequest))) ?? null;
  } catch (cause) {
    // The repository is disabled or no longer has the branch. Callers still show the last known state.
    if (cause instanceof AppError) return null;
    throw cause;
  }
}
