import type { AuditAction, OutgoingDelivery } from "./types.ts";

/** Pagination in the documented generation. `page` starts at 1. A page has 10 items by default, at most 100. */
export interface PageQuery {
  page?: number | undefined;
  limit?: number | undefined;
}

export interface SearchQuery extends PageQuery {
  q: string;
}

/**
 * Pagination in the v1 generation. `cursor` is the `nextCursor` of the previous page. A page has 50 items by default,
 * at most 100.
 */
export interface CursorQuery {
  cursor?: string | undefined;
  limit?: number | undefined;
}

export interface ServiceLogQuery {
  /** Maximum size of the text in bytes. Defaults to the whole log, which is at most 1 MiB. */
  maxBytes?: number | undefined;
}

export interface AuditEventFilter {
  /** ID of a person, an API key or a session. */
  actorId?: string | undefined;
  action?: AuditAction | undefined;
  objectId?: string | undefined;
  /** Inclusive lower bound in RFC 3339, for example `2026-01-02T03:04:05Z`. */
  since?: string | undefined;
  /** Exclusive upper bound in RFC 3339. */
  until?: string | undefined;
}

export interface AuditEventQuery extends AuditEventFilter, CursorQuery {}

export interface SessionPageQueryInput extends CursorQuery {
  /**
   * Beginnings of words in the title, the prompt or a message. Returns the best matches first, among the newest 200.
   */
  search?: string | undefined;
  sortBy?: "lastQueuedAt" | "createdAt" | "updatedAt" | undefined;
  /** `active` selects sessions that are not archived. Default: `all`. */
  state?: "all" | "active" | "archived" | undefined;
  /** Adds `totalCount`, which is exact up to 10,000 (with `search`, up to 200). */
  includeTotal?: boolean | undefined;
  /** False excludes archived sessions, like `state: "active"`. Default: true. */
  includeArchived?: boolean | undefined;
  /** True selects only pinned sessions, false only the others. */
  pinned?: boolean | undefined;
  excludePinned?: boolean | undefined;
  /** Selects sessions whose work is in one of these states. */
  states?: ("draft" | "queued" | "inProgress" | "completed" | "failed" | "cancelled")[] | undefined;
  /** True selects sessions with a reason in `attention`: failed ones, and those that wait for a person. */
  needsYou?: boolean | undefined;
  /** Harness names, as returned by `runtimes.list`. */
  harnesses?: string[] | undefined;
  hasProject?: boolean | undefined;
  /** Selects the runs of this saved agent. */
  agentId?: string | undefined;
  createdAfter?: string | undefined;
  /** IDs of people. */
  createdBy?: string[] | undefined;
  /** IDs or logins of people who created the session or sent it a message. */
  participant?: string[] | undefined;
  /** URLs of the issues and pull requests that started the sessions. */
  externalIds?: string[] | undefined;
  repositoryIds?: string[] | undefined;
  projectIds?: string[] | undefined;
  pullRequestStatuses?: ("open" | "merged" | "closed")[] | undefined;
  /**
   * Logins or forge user IDs of reviewers. Selects sessions with an open pull request that awaits a review from any of
   * these reviewers.
   */
  pendingReviewerKeys?: string[] | undefined;
  sourceIds?: string[] | undefined;
  sourceTypes?: string[] | undefined;
}

export interface SessionSourceQueryInput extends CursorQuery {
  enabled?: boolean | undefined;
  includeTotal?: boolean | undefined;
  integrationId?: string | undefined;
  search?: string | undefined;
  /** Selects the source of this session. */
  sessionId?: string | undefined;
  types?: string[] | undefined;
}

export interface UsageQuery {
  groupBy: "day" | "harness" | "model" | "person" | "repository" | "agent" | "pullRequest" | "session";
  /** Number of UTC days, including today. Defaults to 30; at most 366. */
  days?: number | undefined;
}

export interface RepositoryQuery extends CursorQuery {
  order?: "asc" | "desc" | undefined;
  search?: string | undefined;
  integrationId?: string | undefined;
  ids?: string[] | undefined;
  /** Selects enabled, disabled or all repositories. Defaults to enabled repositories. */
  enabled?: boolean | "all" | undefined;
}

export interface BranchQuery extends CursorQuery {
  /** Text to find in the name. */
  search?: string | undefined;
}

/** Query for listing or searching a folder. A page has 100 entries by default, at most 1,000. */
export interface TreeQuery extends CursorQuery {
  /** A branch, a tag or a full commit ID. Defaults to the branch from which sessions start. */
  ref?: string | undefined;
  /** Path of a folder. Defaults to the root. */
  path?: string | undefined;
  /** Text to find in the paths of files below the folder. */
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

/** Pagination of catalogs. The cursor is a position in the list. */
export interface CatalogQuery {
  cursor?: string | undefined;
  limit?: number | undefined;
}

/** @deprecated Former name of `CatalogQuery`. */
export type CatalogueQuery = CatalogQuery;

export interface PullRequestQuery extends CursorQuery {
  /** A group of the caller's inbox. Each pull request belongs to exactly one group. */
  inbox?: "returned" | "approved" | "needsReview" | "open" | "draft" | "merged" | "closed" | undefined;
  state?: "open" | "needs review" | "draft" | "approved" | "returned" | "merged" | "closed" | undefined;
  search?: string | undefined;
  repositoryIds?: readonly string[] | undefined;
  /** True selects pull requests of sessions; false selects the others. */
  hasTemboSession?: boolean | undefined;
  /** Forge user IDs or logins. The other fields that identify people accept the same values. */
  authorIds?: readonly string[] | undefined;
  excludeAuthorIds?: readonly string[] | undefined;
  /** Excludes these authors' open pull requests for which a reviewer requested changes. */
  excludeReturnedAuthorIds?: readonly string[] | undefined;
  /** People who reviewed the pull request, or whose review was requested. */
  reviewerIds?: readonly string[] | undefined;
  excludeReviewerIds?: readonly string[] | undefined;
  /** Lower bound in RFC 3339. The next two fields have the same format. */
  createdAfter?: string | undefined;
  updatedAfter?: string | undefined;
  mergedAfter?: string | undefined;
}

export interface MemberQuery extends CursorQuery {
  /** Part of a name or an email address. */
  readonly search?: string | undefined;
  readonly status?: "active" | "pending" | undefined;
}

export interface OrganizationSecretQuery extends CursorQuery {
  search?: string | undefined;
}

export interface McpConnectionQuery extends CursorQuery {
  /** True selects servers that a test has connected to; false selects the others. */
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
  /** Text to find in the path. */
  search?: string | undefined;
}

export interface WorkspaceTreeQuery {
  /** Path of the folder. Defaults to the root of the workspace. */
  path?: string | undefined;
  /** `nextCursor` of the previous page. */
  cursor?: string | undefined;
  limit?: number | undefined;
}

export interface EventQuery {
  /** ID of an event. The page starts with the event after it. */
  cursor?: number | string | undefined;
  limit?: number | undefined;
  /** Selects events of this message; `"null"` selects events without a message. */
  messageId?: string | undefined;
}

export interface SkillQuery extends CursorQuery {
  names?: string[] | undefined;
  /** Selects only these repositories, with `source: "repository"`. */
  repositoryIds?: string[] | undefined;
  /** Text to find in names and descriptions. */
  search?: string | undefined;
  /** `repository` selects skills from the base branches of repositories. Defaults to the organization's own skills. */
  source?: "organization" | "repository" | undefined;
}

export interface AskQuery {
  /** True selects entries that await an answer; false selects the others. */
  open?: boolean | undefined;
  limit?: number | undefined;
}

export interface ArtifactQuery extends CursorQuery {
  sessionId?: string | undefined;
  /** ID of the turn that created the artifacts. */
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
  /** State of the message. `queued` selects messages whose turn has not started. */
  state?: "queued" | "working" | "completed" | "failed" | "cancelled" | undefined;
}

export interface WireQuery {
  /** Number of a turn. Selects only its records. Defaults to all turns. */
  turn?: number | undefined;
}

export interface AgentQuery extends CursorQuery {
  /** Comma-separated IDs. */
  ids?: string | undefined;
  search?: string | undefined;
  archived?: boolean | undefined;
  sort?: "latestRun" | "runCount" | undefined;
  /** `enabled`, `disabled` or both, separated by a comma. */
  status?: string | undefined;
  integration?: string | undefined;
  author?: string | undefined;
}

export interface ProjectQuery extends CursorQuery {
  search?: string | undefined;
  /** True selects projects that are the default for a sandbox size. */
  defaultOnly?: boolean | undefined;
}

export interface AgentNextRunQuery {
  ids?: string[] | undefined;
  limit?: number | undefined;
}

export interface AgentTemplateQuery {
  /** Name of the last template of the previous page. */
  cursor?: string | undefined;
  limit?: number | undefined;
}

export interface AgentRevisionQuery {
  /** Number of the last version of the previous page. */
  cursor?: string | undefined;
  limit?: number | undefined;
}
