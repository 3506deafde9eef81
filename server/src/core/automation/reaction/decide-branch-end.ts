import type { PullRequest } from "../../forges/index.ts";
import type { Session } from "../../sessions/index.ts";

/**
 * Decides whether to delete the head branch of an ended pull request. Keeps the default branch, a branch of a fork, a
 * branch whose name Tembo did not choose, and a branch that another open pull request of the session needs. Pure.
 */
export function decideBranchEnd(end: {
  readonly isWanted: boolean;
  readonly pullRequest: Pick<PullRequest, "id" | "repositoryId" | "status" | "headBranch" | "isFromFork">;
  readonly session: Pick<Session, "id" | "source">;
  readonly defaultBranch: string;
  readonly others: readonly Pick<PullRequest, "id" | "repositoryId" | "status" | "headBranch">[];
}): "delete" | "keep" {
  const { pullRequest, session } = end;
  if (!end.isWanted || pullRequest.status === "open" || pullRequest.isFromFork) return "keep";
  if (pullRequest.headBranch === end.defaultBranch || !isOwnBranch(session, pullRequest.headBranch))
    return "keep";
  const isNeeded = end.others.some(
    (other) =>
      other.id !== pullRequest.id &&
      other.status === "open" &&
      other.repositoryId === pullRequest.repositoryId &&
      other.headBranch === pullRequest.headBranch,
  );
  return isNeeded ? "keep" : "delete";
}

/** True if `branchFor` generated the name. A branch that a request specified may belong to another person. */
function isOwnBranch({ id, source }: Pick<Session, "id" | "source">, branch: string): boolean {
  return source?.kind !== "pullRequest" && branch.startsWith("tembo/") && branch.endsWith(`-${id.slice(-8)}`);
}
