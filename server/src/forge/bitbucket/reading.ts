import type { z } from "zod";
import type {
  CommentPlace,
  EventRepository,
  ForgeCheck,
  ForgeComment,
  ForgePullRequest,
  ForgeReview,
  ForgeUser,
} from "../../core/forges/index.ts";
import type * as shapes from "./shapes.ts";

type Of<T extends z.ZodType> = z.output<T>;

/** Author of contributions from deleted accounts. */
const formerUser: ForgeUser = {
  id: "{00000000-0000-0000-0000-000000000000}",
  login: "Former user",
  name: null,
  email: null,
  avatarUrl: null,
  profileUrl: null,
  isBot: false,
};

/** Converts a user. Users see nicknames, but only the UUID is unique. */
export function readUser(user: Of<typeof shapes.account>): ForgeUser {
  return {
    id: user.uuid,
    login: user.nickname || user.username || user.display_name || user.uuid,
    name: user.display_name || null,
    email: null,
    avatarUrl: user.links?.avatar?.href || null,
    profileUrl: user.links?.html?.href || null,
    isBot: user.type === "app_user",
  };
}

export function readEventRepository(repository: Of<typeof shapes.repository>): EventRepository {
  const { uuid, full_name: fullName, links } = repository;
  const [owner = "", name = ""] = fullName.split("/");
  return { externalId: uuid, owner, name, url: links?.html?.href ?? `https://bitbucket.org/${fullName}` };
}

/** Converts a pull request. Its `headSha` is abbreviated to twelve characters. Callers with API access replace it with the complete hash. */
export function readPullRequest(pull: Of<typeof shapes.pullRequest>): ForgePullRequest {
  const { source, destination, state } = pull;
  const statuses = { OPEN: "open", MERGED: "merged", DECLINED: "closed", SUPERSEDED: "closed" } as const;
  return {
    number: pull.id,
    externalId: String(pull.id),
    url: pull.links?.html?.href ?? "",
    title: pull.title,
    body: pull.description ?? "",
    status: statuses[state],
    isDraft: pull.draft === true,
    head: source.branch.name,
    base: destination.branch.name,
    headSha: source.commit?.hash ?? "",
    isFromFork: source.repository?.uuid !== destination.repository?.uuid,
    author: pull.author ? readUser(pull.author) : null,
    reviewRequests: { users: pull.reviewers?.map(readUser) ?? null, keepsReviewed: true },
    labels: [],
    mergeability: "unknown",
    mergedAt: state === "MERGED" ? (pull.closed_on ?? pull.updated_on) : null,
    createdAt: pull.created_on,
    updatedAt: pull.updated_on,
  };
}

/**
 * Converts a comment. `rootOf` maps the ID of the parent comment to the ID of the first comment in the thread. By default, the parent counts
 * as the first comment, because a webhook contains no other comments of the thread.
 */
export function readComment(
  comment: Of<typeof shapes.comment>,
  rootOf: (id: number) => number = (id) => id,
): ForgeComment {
  const { id, inline, parent } = comment;
  return {
    id: String(id),
    kind: inline ? "inline" : "comment",
    author: comment.user ? readUser(comment.user) : formerUser,
    body: comment.content.raw ?? "",
    url: comment.links?.html?.href ?? "",
    place: inline ? readPlace(inline) : null,
    threadId: String(parent ? rootOf(parent.id) : id),
    reviewId: null,
    createdAt: comment.created_on,
    updatedAt: comment.updated_on ?? comment.created_on,
  };
}

function readPlace({ path, to, from }: NonNullable<Of<typeof shapes.comment>["inline"]>): CommentPlace {
  const isOld = to == null && from != null;
  return { path, line: to ?? from ?? null, side: isOld ? "old" : "new", diffHunk: null };
}

const reviewStates: ReadonlyMap<string, ForgeReview["state"]> = new Map(
  Object.entries({
    approved: "approved",
    changes_requested: "changesRequested",
  }),
);

/** Returns a participant's review, or null if the participant has not submitted one. */
export function readReview(
  { user, state, participated_on: at }: Of<typeof shapes.participant>,
  pull: Of<typeof shapes.pullRequest>,
): ForgeReview | null {
  const reviewState = reviewStates.get(state ?? "");
  if (!user || reviewState === undefined) return null;
  return reviewOf(readUser(user), reviewState, at ?? pull.updated_on, pull.links?.html?.href ?? "");
}

/** Creates a review. Bitbucket has no review IDs, so the ID consists of the user and the time. */
export function reviewOf(
  author: ForgeUser,
  state: ForgeReview["state"],
  submittedAt: Date,
  url: string,
): ForgeReview {
  return { id: `${author.id}@${submittedAt.toISOString()}`, author, state, body: "", url, submittedAt };
}

const checkStates: ReadonlyMap<string, ForgeCheck["state"]> = new Map(
  Object.entries({
    SUCCESSFUL: "passed",
    FAILED: "failed",
    STOPPED: "cancelled",
    INPROGRESS: "pending",
  }),
);

export function checkState(state: string): ForgeCheck["state"] {
  return checkStates.get(state) ?? "pending";
}

export function readStatus(status: Of<typeof shapes.commitStatus>): ForgeCheck {
  const build = pipelineOf(status.url ?? "");
  return {
    id: build === null ? `status:${status.key}` : `pipeline:${build}`,
    kind: build === null ? "status" : "job",
    name: status.name || status.key,
    state: checkState(status.state),
    url: status.url || null,
    summary: status.description || null,
  };
}

/** Returns the run number from the URL of a Bitbucket Pipelines status, or null for other statuses. Only the URL contains this number. */
export function pipelineOf(url: string): string | null {
  return /\/pipelines\/(?:home#!\/)?results\/(\d+)/.exec(url)?.[1] ?? null;
}
