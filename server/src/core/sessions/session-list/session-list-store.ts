import type { ForgeName, Integration, PullRequest } from "../../forges/index.ts";
import type { ArtifactType } from "../artifact/artifact.ts";
import type { Session, SessionStatus } from "../session/session.ts";

/** What a list of sessions leaves out; a field that is absent leaves out nothing. */
export interface SessionFilter {
  /** Private sessions are shown to the person who made them. */
  readonly viewerUserId?: string;
  readonly search?: string;
  readonly createdAfter?: Date;
  readonly excludesPinned?: boolean;
  /** Only what waits for a person's answer or a plan's approval, or failed. */
  readonly needsPerson?: boolean;
  /** Ids of people. */
  readonly createdBy?: readonly string[];
  /** Ids of people, or logins of a forge: who made it or sent it a message. */
  readonly participants?: readonly string[];
  readonly externalIds?: readonly string[];
  readonly repositoryIds?: readonly string[];
  readonly pullRequestStatuses?: readonly PullRequest["status"][];
  /** Logins, or a forge's ids of people whose review an open pull request waits for. */
  readonly pendingReviewers?: readonly string[];
  readonly statuses?: readonly SessionStatus[];
  readonly harnesses?: readonly string[];
  /** The saved agent whose runs they are. */
  readonly agentId?: string;
  /** `api`, `local`, or the id of an integration. */
  readonly sources?: readonly string[];
}

export type SessionSort = "lastQueuedAt" | "createdAt" | "updatedAt";

/** The last session that was seen: what it is ordered by (milliseconds, or how well it is found), then its id. */
export interface SessionPosition {
  readonly value: number;
  readonly id: string;
}

export interface SessionPage extends SessionFilter {
  readonly sortBy: SessionSort;
  readonly after?: SessionPosition;
  readonly limit: number;
}

/** Lists by what people look for. */
export interface SessionListQueries {
  /** Latest first, a draft by when it was made; with a search best first, among the newest 200 that it finds. */
  page(
    organizationId: string,
    page: SessionPage,
  ): Promise<{ readonly sessions: Session[]; readonly next: SessionPosition | null }>;
  /** At most 10,000; of a search at most 200. */
  count(organizationId: string, filter: SessionFilter): Promise<number>;
  /** What is shown beside each of these, by its id. */
  parts(ids: readonly string[]): Promise<ReadonlyMap<string, SessionParts>>;
}

export interface SessionParts {
  readonly repositoryIds: readonly string[];
  /** The branch that pull requests go to, of each repository in the same order. */
  readonly targetBranches: readonly string[];
  /** Newest first, as the artifacts. `forge`: of the repository. */
  readonly pullRequests: readonly (Pick<
    PullRequest,
    "id" | "url" | "title" | "status" | "isDraft" | "repositoryId"
  > & { readonly forge: ForgeName })[];
  /** At most 100. Times as ISO 8601. */
  readonly artifacts: readonly {
    readonly id: string;
    readonly type: ArtifactType;
    readonly createdAt: string;
    readonly updatedAt: string;
  }[];
  /** Null without any diff. */
  readonly diff: { readonly additions: number; readonly deletions: number } | null;
  /** By which it came from a forge; null for the API and the built-in forge. */
  readonly integration: Pick<Integration, "id" | "displayName" | "forge"> | null;
  /** The saved agent whose run it is. */
  readonly agentId: string | null;
  /** Names of the MCP connections that it uses. */
  readonly mcpServers: readonly string[];
}
