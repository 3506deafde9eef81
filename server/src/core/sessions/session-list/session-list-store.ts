import type { ForgeName, Integration, PullRequest } from "../../forges/index.ts";
import type { ArtifactType } from "../artifact/artifact.ts";
import type { AttemptPlace } from "../attempt/attempt.ts";
import type { ProjectLabel } from "../project/project.ts";
import type { SessionStatus } from "../session/session.ts";
import type { SessionCard } from "./session-card-store.ts";

/**
 * Why a session that is not archived needs a person: an open permission request or question, a proposed plan, or a failed
 * turn.
 */
export type Attention = "permission" | "question" | "plan" | "failure";

/** Filter for a session list. An absent field matches every session. */
export interface SessionFilter {
  /** ID of the person who views the list. Excludes private sessions of other people. */
  readonly viewerUserId?: string;
  readonly search?: string;
  readonly createdAfter?: Date;
  /** True for pinned sessions, false for all others. */
  readonly isPinned?: boolean;
  /** True for archived sessions, false for all others. */
  readonly isArchived?: boolean;
  /** If true, matches only sessions with a reason in `Attention`. */
  readonly needsPerson?: boolean;
  /** IDs of the people who created the sessions. */
  readonly createdBy?: readonly string[];
  /** IDs of people who created the session or sent it a message, or forge logins of authors of its messages. */
  readonly participants?: readonly string[];
  readonly externalIds?: readonly string[];
  readonly repositoryIds?: readonly string[];
  /** True for sessions with a project, false for sessions without one. */
  readonly hasProject?: boolean;
  readonly projectIds?: readonly string[];
  readonly pullRequestStatuses?: readonly PullRequest["status"][];
  /** Logins or forge IDs of people whose review an open pull request of the session awaits. */
  readonly pendingReviewers?: readonly string[];
  readonly statuses?: readonly SessionStatus[];
  readonly harnesses?: readonly string[];
  /** ID of the saved agent whose runs created the sessions. */
  readonly agentId?: string;
  /** ID of a group of attempts. */
  readonly attemptGroupId?: string;
  /** Sources: `api`, `local`, or the ID of an integration. */
  readonly sources?: readonly string[];
}

export type SessionSort = "lastQueuedAt" | "createdAt" | "updatedAt";

/** Position of the last session of a page: its sort value (milliseconds, or the rank in a search), then its ID. */
export interface SessionPosition {
  readonly value: number;
  readonly id: string;
}

export interface SessionPage extends SessionFilter {
  readonly sortBy: SessionSort;
  readonly after?: SessionPosition;
  readonly limit: number;
}

export interface SessionListQueries {
  /**
   * Returns a page with stored items of this format, sorted by `sortBy`, newest first. For drafts, `lastQueuedAt` falls back to the creation time. A
   * search ranks only the newest 200 matches and returns the best first.
   */
  page(
    organizationId: string,
    page: SessionPage,
    format: number,
  ): Promise<{ readonly cards: SessionCard[]; readonly next: SessionPosition | null }>;
  /** Returns the number of matching sessions, at most 10,000, or 200 for a search. */
  count(organizationId: string, filter: SessionFilter): Promise<number>;
  /** Returns the related data of each session, by session ID. */
  parts(ids: readonly string[]): Promise<ReadonlyMap<string, SessionParts>>;
}

export interface SessionParts {
  readonly repositoryIds: readonly string[];
  /** Target branch of each repository, in the order of `repositoryIds`. */
  readonly targetBranches: readonly string[];
  /** Pull requests, newest first. `forge` is the forge of the repository. */
  readonly pullRequests: readonly (Pick<
    PullRequest,
    "id" | "url" | "title" | "status" | "isDraft" | "repositoryId"
  > & { readonly forge: ForgeName })[];
  /** Up to 100 artifacts, newest first. Times are in ISO 8601 format. */
  readonly artifacts: readonly {
    readonly id: string;
    readonly type: ArtifactType;
    readonly createdAt: string;
    readonly updatedAt: string;
  }[];
  /** Total line counts of the session's diffs, or null if there are no diffs. */
  readonly diff: { readonly additions: number; readonly deletions: number } | null;
  /** Integration of the forge that started the session, or null for the API and the built-in forge. */
  readonly integration: Pick<Integration, "id" | "displayName" | "forge"> | null;
  /** ID of the saved agent whose run created the session, or null if no run created it. */
  readonly agentId: string | null;
  /** Project, which may be archived, or null. */
  readonly project: ProjectLabel | null;
  /** The most urgent reason why the session needs a person, or null if it does not. */
  readonly attention: Attention | null;
  /** Place of the session among several attempts, or null. */
  readonly attempt: AttemptPlace | null;
  /** Names of the session's MCP connections. */
  readonly mcpServers: readonly string[];
}
