import type { PullRequestListItem, PullRequestStatus, Session as SessionView } from "@tembo/contract";
import { formatAgentKey } from "../../../core/access/index.ts";
import {
  type ForgeOutlook,
  type ForgeUser,
  type ListedPullRequest,
  type PullRequest,
  type PullRequestSession,
  type RepositoryLabel,
  type Reviewer,
  repositoryUrl,
} from "../../../core/forges/index.ts";
import type { Session, SessionDetails, SessionPullRequest } from "../../../core/sessions/index.ts";

type SessionPullRequestView = SessionView["artifacts"][number]["pullRequests"][number];

export function sessionPullRequestView(
  pullRequest: SessionPullRequest,
  session: Session,
  repositories: SessionDetails["repositories"],
): SessionPullRequestView {
  const repository = repositories.find((candidate) => candidate.id === pullRequest.repositoryId);
  return {
    id: pullRequest.id,
    url: pullRequest.url,
    title: pullRequest.title,
    status: pullRequest.status,
    isDraft: pullRequest.isDraft,
    sourceBranch: pullRequest.headBranch,
    baseBranch: pullRequest.baseBranch,
    headSha: pullRequest.headSha,
    agent: formatAgentKey(session),
    diff: { additions: pullRequest.additions, deletions: pullRequest.deletions },
    author: {
      avatarUrl: addressOrNull(pullRequest.author?.avatarUrl ?? null),
      login: pullRequest.author?.login ?? "tembo",
    },
    codeRepository:
      repository === undefined
        ? null
        : {
            id: repository.id,
            name: repository.name,
            owner: repository.owner,
            baseBranch: repository.defaultBranch,
            provider: repository.forge,
          },
    createdAt: pullRequest.createdAt.toISOString(),
    updatedAt: pullRequest.updatedAt.toISOString(),
  };
}

/** Returns the URL, or null if the forge has sent no URL or only a path. */
const addressOrNull = (text: string | null) => (text !== null && URL.canParse(text) ? text : null);

/** Fields that lists and single pull requests read. */
export type ShownPullRequest = Omit<ListedPullRequest, keyof RelatedToPullRequest>;

export interface RelatedToPullRequest {
  /** The repository, or null if it was removed. */
  readonly repository: RepositoryLabel | null;
  /** The session, or null if there is none or the viewer cannot see it. */
  readonly session: PullRequestSession | null;
}

/** Returns the fields that list items and single pull requests have in common. */
export function pullRequestView(
  publicUrl: string,
  pullRequest: ShownPullRequest,
  { repository, session }: RelatedToPullRequest,
): Omit<PullRequestListItem, "approvers" | "diff"> {
  return {
    id: pullRequest.id,
    number: pullRequest.number,
    title: pullRequest.title,
    description: pullRequest.body,
    url: pullRequest.url,
    externalId: pullRequest.externalId,
    externalProvider: repository?.forge ?? "local",
    status: pullRequest.status,
    state: pullRequestState(pullRequest),
    reviewDecision: reviewDecisionOf(pullRequest),
    isDraft: pullRequest.isDraft,
    owner: repository?.owner ?? null,
    sourceBranch: pullRequest.headBranch,
    baseBranch: pullRequest.baseBranch,
    headSha: pullRequest.headSha,
    mergedAt: pullRequest.mergedAt?.toISOString() ?? null,
    author: authorOf(pullRequest),
    reviewers: pullRequest.reviewers.map(reviewerView),
    codeRepository:
      repository === null
        ? null
        : {
            id: repository.id,
            name: repository.name,
            url: repositoryUrl(publicUrl, repository),
            owner: repository.owner,
            targetBranch: repository.defaultBranch,
            baseBranch: repository.defaultBranch,
            provider: repository.forge,
          },
    session:
      session === null
        ? null
        : {
            id: session.id,
            title: session.title,
            kind: "session",
            htmlUrl: `${publicUrl}/sessions/${session.id}`,
            visibility: session.visibility,
          },
    createdAt: pullRequest.createdAt.toISOString(),
    updatedAt: pullRequest.updatedAt.toISOString(),
  };
}

export const pullRequestItemView = (
  publicUrl: string,
  pullRequest: PullRequest,
  related: RelatedToPullRequest,
): PullRequestListItem => inList(pullRequest, pullRequestView(publicUrl, pullRequest, related));

export const inList = (
  { reviewers, additions, deletions }: ShownPullRequest,
  view: ReturnType<typeof pullRequestView>,
): PullRequestListItem => ({
  ...view,
  approvers: reviewers
    .filter(({ state }) => state === "approved")
    .map(({ user: { login, avatarUrl } }) => ({ login, avatarUrl })),
  diff: { additions, deletions },
});

/**
 * Returns the last status that Tembo has received from the forge. On the built-in forge, the conflicts and the merge or
 * closing are current.
 */
export function statusView(
  { headSha, isFromFork, checks, mergeability }: PullRequest,
  outlook: ForgeOutlook | null,
): PullRequestStatus {
  const conflictsIn = [...(outlook?.conflictsIn ?? [])];
  return {
    headSha,
    isFromFork,
    checks: { ...checks, failed: [...checks.failed] },
    mergeability: conflictsIn.length > 0 ? "conflicting" : mergeability,
    conflictsIn,
    reviewsHere: outlook !== null,
    ended: outlook?.ended
      ? { at: outlook.ended.at.toISOString(), by: outlook.ended.by && nameOf(outlook.ended.by) }
      : null,
  };
}

export const nameOf = ({ name, login }: ForgeUser) => name ?? login;

function reviewerView({ user, state }: Reviewer): PullRequestListItem["reviewers"][number] {
  return {
    id: user.id,
    login: user.login,
    name: user.name ?? user.login,
    avatarUrl: user.avatarUrl,
    profileUrl: user.profileUrl,
    reviewRequested: state === "awaiting",
    commented: state !== "awaiting",
    approved: state === "approved",
    type: user.isBot ? "bot" : "user",
    state: state === "changesRequested" ? "changes_requested" : state,
    changesRequested: state === "changesRequested",
    awaitingReview: state === "awaiting",
  };
}

/** Returns the author. If the forge has not sent one, the author of a session's pull request is Tembo. */
function authorOf({ author, sessionId }: ShownPullRequest): PullRequestListItem["author"] {
  if (author !== null) {
    const { id, login, name, avatarUrl, profileUrl } = author;
    return { id, login, name, avatarUrl, profileUrl };
  }
  const [login, name] = sessionId === null ? [null, null] : ["tembo", "Tembo"];
  return { id: null, login, name, avatarUrl: null, profileUrl: null };
}

function pullRequestState(pullRequest: ShownPullRequest): PullRequestListItem["state"] {
  if (pullRequest.status !== "open") return pullRequest.status;
  if (pullRequest.isDraft) return "draft";
  return reviewDecisionOf(pullRequest) === "APPROVED" ? "approved" : "needs review";
}

function reviewDecisionOf({
  reviewers,
}: Pick<PullRequest, "reviewers">): PullRequestListItem["reviewDecision"] {
  if (reviewers.some(({ state }) => state === "changesRequested")) return "CHANGES_REQUESTED";
  if (reviewers.some(({ state }) => state === "approved")) return "APPROVED";
  return reviewers.length > 0 ? "REVIEW_REQUIRED" : null;
}
