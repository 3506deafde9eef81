import type { AuditAction, OutgoingDelivery } from "./types.ts";

/** Paging of the documented generation: pages count from 1; 10 items a page unless told, at most 100. */
export interface PageQuery {
  page?: number | undefined;
  limit?: number | undefined;
}

export interface SearchQuery extends PageQuery {
  q: string;
}

/** Paging of the v1 generation: `cursor` is the `nextCursor` of the page before; 50 items unless told, at most 100. */
export interface CursorQuery {
  cursor?: string | undefined;
  limit?: number | undefined;
}

export interface AuditEventFilter {
  /** Id of a person, an API key or a session. */
  actorId?: string | undefined;
  action?: AuditAction | undefined;
  objectId?: string | undefined;
  /** RFC 3339, as `2026-01-02T03:04:05Z`. */
  since?: string | undefined;
  /** Excluded. */
  until?: string | undefined;
}

export interface AuditEventQuery extends AuditEventFilter, CursorQuery {}

export interface SessionPageQueryInput extends CursorQuery {
  search?: string | undefined;
  sortBy?: "lastQueuedAt" | "createdAt" | "updatedAt" | undefined;
  state?: "all" | "active" | "archived" | undefined;
  includeTotal?: boolean | undefined;
  includeArchived?: boolean | undefined;
  excludePinned?: boolean | undefined;
  /** How their work stands. */
  states?: ("draft" | "queued" | "inProgress" | "completed" | "failed" | "cancelled")[] | undefined;
  /** Those that wait for a permission, an answer or a plan's approval, or failed. */
  needsYou?: boolean | undefined;
  /** Names of harnesses, as `runtimes.list` returns them. */
  harnesses?: string[] | undefined;
  hasProject?: boolean | undefined;
  /** The saved agent whose runs they are. */
  agentId?: string | undefined;
  createdAfter?: string | undefined;
  createdBy?: string[] | undefined;
  participant?: string[] | undefined;
  externalIds?: string[] | undefined;
  repositoryIds?: string[] | undefined;
  projectIds?: string[] | undefined;
  pullRequestStatuses?: ("open" | "merged" | "closed")[] | undefined;
  pendingReviewerKeys?: string[] | undefined;
  sourceIds?: string[] | undefined;
  sourceTypes?: string[] | undefined;
}

export interface SessionSourceQueryInput extends CursorQuery {
  enabled?: boolean | undefined;
  includeTotal?: boolean | undefined;
  integrationId?: string | undefined;
  search?: string | undefined;
  sessionId?: string | undefined;
  types?: string[] | undefined;
}

export interface UsageQuery {
  groupBy: "day" | "harness" | "model" | "person" | "repository" | "session";
  /** As many days in UTC, of which today is the last; 30 unless told, at most 366. */
  days?: number | undefined;
}

export interface RepositoryQuery extends CursorQuery {
  order?: "asc" | "desc" | undefined;
  search?: string | undefined;
  integrationId?: string | undefined;
  ids?: string[] | undefined;
  /** Only enabled ones unless told. */
  enabled?: boolean | "all" | undefined;
}

export interface BranchQuery extends CursorQuery {
  /** Found in the name. */
  search?: string | undefined;
}

/** At most 1,000 a page, 100 unless told. */
export interface TreeQuery extends CursorQuery {
  /** A branch, a tag or the full id of a commit; the branch that sessions start from without it. */
  ref?: string | undefined;
  /** A folder; the root without it. */
  path?: string | undefined;
  /** Found in the paths of the files below it. */
  search?: string | undefined;
}

export interface TreeFileQuery {
  ref?: string | undefined;
  path: string;
}

export interface IntegrationQuery extends CursorQuery {
  enabled?: boolean | undefined;
  hasEnabledRepositories?: boolean | undefined;
  ids?: string[] | undefined;
  search?: string | undefined;
  type?: string[] | undefined;
  createdAfter?: string | undefined;
  includeTotal?: boolean | undefined;
}

/** Paging of catalogues, whose cursors are positions. */
export interface CatalogueQuery {
  cursor?: string | undefined;
  limit?: number | undefined;
}

export interface PullRequestQuery extends CursorQuery {
  /** One group of the asker's inbox; each pull request is in exactly one. */
  inbox?: "returned" | "approved" | "needsReview" | "open" | "draft" | "merged" | "closed" | undefined;
  state?: "open" | "needs review" | "draft" | "approved" | "returned" | "merged" | "closed" | undefined;
  search?: string | undefined;
  repositoryIds?: readonly string[] | undefined;
  /** Whether a session works on it. */
  hasTemboSession?: boolean | undefined;
  /** People, here and below, are ids on the forge or logins. */
  authorIds?: readonly string[] | undefined;
  excludeAuthorIds?: readonly string[] | undefined;
  /** Leaves out open ones of these authors for which a reviewer requested changes. */
  excludeReturnedAuthorIds?: readonly string[] | undefined;
  /** Who reviewed it or is asked to. */
  reviewerIds?: readonly string[] | undefined;
  excludeReviewerIds?: readonly string[] | undefined;
  /** RFC 3339, as the next two. */
  createdAfter?: string | undefined;
  updatedAfter?: string | undefined;
  mergedAfter?: string | undefined;
}

export interface MemberQuery extends CursorQuery {
  /** Part of a name or an address. */
  readonly search?: string | undefined;
  readonly status?: "active" | "pending" | undefined;
}

export interface OrganizationSecretQuery extends CursorQuery {
  search?: string | undefined;
}

export interface McpConnectionQuery extends CursorQuery {
  /** Whether a test has reached it. */
  connected?: boolean | undefined;
  search?: string | undefined;
}

export interface DeliveryQuery extends CursorQuery {
  integrationId?: string | undefined;
  status?: "received" | "worked" | "ignored" | "failed" | undefined;
}

export interface OutgoingDeliveryQuery extends CursorQuery {
  status?: OutgoingDelivery["status"] | undefined;
  eventType?: OutgoingDelivery["eventType"] | undefined;
}

export interface DiffQuery extends CursorQuery {
  hasChanges?: boolean | undefined;
}

export interface SessionFileQuery extends CursorQuery {
  /** Found in the path. */
  search?: string | undefined;
}

export interface EventQuery {
  /** The id of an event: the page begins behind it. */
  cursor?: number | string | undefined;
  limit?: number | undefined;
  /** Only what belongs to this message; `"null"` for what belongs to none. */
  messageId?: string | undefined;
}

export interface SkillQuery extends CursorQuery {
  names?: string[] | undefined;
  /** With `source: "repository"`: of these alone. */
  repositoryIds?: string[] | undefined;
  /** Found in names and descriptions. */
  search?: string | undefined;
  /** `repository`: those that lie on base branches of repositories. The organization's by default. */
  source?: "organization" | "repository" | undefined;
}

export interface AskQuery {
  /** Whether it still waits for an answer. */
  open?: boolean | undefined;
  limit?: number | undefined;
}

export interface ArtifactQuery extends CursorQuery {
  sessionId?: string | undefined;
  /** The turn that they came from. */
  jobId?: string | undefined;
  types?:
    | readonly ("PullRequest" | "ToolCall" | "Plan" | "Response" | "File" | "Service" | "Source")[]
    | undefined;
}

export interface MessageQuery extends CursorQuery {
  sessionId?: string | undefined;
  threadId?: string | undefined;
}

export interface SessionMessageQuery extends CursorQuery {
  /** `queued` for what waits. */
  state?: "queued" | "working" | "completed" | "failed" | "cancelled" | undefined;
}

export interface WireQuery {
  /** The number of one turn. */
  turn?: number | undefined;
}

export interface AgentQuery extends CursorQuery {
  /** Ids with commas between. */
  ids?: string | undefined;
  search?: string | undefined;
  archived?: boolean | undefined;
  sort?: "latestRun" | "runCount" | undefined;
  /** `enabled`, `disabled`, or both with a comma between. */
  status?: string | undefined;
  integration?: string | undefined;
  author?: string | undefined;
}

export interface AgentNextRunQuery {
  ids?: string[] | undefined;
  limit?: number | undefined;
}

export interface AgentTemplateQuery {
  /** A template's name. */
  cursor?: string | undefined;
  limit?: number | undefined;
}

export interface AgentRevisionQuery {
  /** A version. */
  cursor?: string | undefined;
  limit?: number | undefined;
}
