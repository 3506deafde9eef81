import type { PullRequest, Repository } from "../../forges/index.ts";
import type { Session } from "../session/session.ts";
import type { SessionParts } from "./session-list-store.ts";

/** Everything that the view of one session shows in addition to the session. */
export interface SessionDetails
  extends Pick<
    SessionParts,
    | "targetBranches"
    | "artifacts"
    | "diff"
    | "integration"
    | "agentId"
    | "project"
    | "attention"
    | "attempt"
    | "mcpServers"
  > {
  /** Repositories, in the order of `targetBranches`. */
  readonly repositories: readonly Pick<Repository, "id" | "name" | "owner" | "defaultBranch" | "forge">[];
  /** Pull requests, oldest first. */
  readonly pullRequests: readonly SessionPullRequest[];
  /** Pull request from which the session was started, or null. */
  readonly sourcePullRequest: Pick<PullRequest, "id" | "url" | "title" | "status" | "isDraft"> | null;
}

export type SessionPullRequest = Pick<
  PullRequest,
  | "id"
  | "url"
  | "title"
  | "status"
  | "isDraft"
  | "headBranch"
  | "baseBranch"
  | "headSha"
  | "additions"
  | "deletions"
  | "author"
  | "repositoryId"
  | "createdAt"
  | "updatedAt"
>;

export interface SessionDetailQueries {
  read(
    session: Pick<Session, "id" | "organizationId" | "source" | "projectId" | "sourcePullRequestId">,
  ): Promise<SessionDetails>;
}
