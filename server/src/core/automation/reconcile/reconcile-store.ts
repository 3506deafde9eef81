import type { BlobPlace } from "../../base/index.ts";
import type { PullRequest } from "../../forges/index.ts";

/** Newest result of a check. The check may take several runs, whose results are added. */
export interface StateCheck {
  readonly name: string;
  readonly checkedAt: Date;
  /** Number of differences, and how many of them were corrected. */
  readonly found: number;
  readonly fixed: number;
  /** Differences that a person has to look at, at most 20. */
  readonly openItems: readonly string[];
  /** `openItems` of the earlier check, until this one has read everything. */
  readonly earlierItems: readonly string[];
  /** ID after which the next run continues, or null to start again. */
  readonly cursor: string | null;
}

/** A part of all rows, in the order of their IDs. */
export interface CheckPage {
  readonly afterId: string | null;
  readonly limit: number;
}

/** Queries for the reconciliation. */
export interface ReconcileQueries {
  /** Replaces the result of the check with the same name. */
  save(check: StateCheck): Promise<void>;
  find(name: string): Promise<StateCheck | null>;
  /**
   * Returns the IDs of a page of sessions, and those whose status does not follow from their newest turn although the
   * turn has not changed since `before`.
   */
  sessionPage(
    page: CheckPage,
    before: Date,
  ): Promise<{ readonly lastId: string | null; readonly wrongIds: string[] }>;
  /** Locks the session and derives its status from its newest turn. Needs a transaction. */
  deriveStatus(sessionId: string, at: Date): Promise<void>;
  /** Deletes the records of warm sandboxes of workers that do not exist. Returns the sessions. */
  dropWarmSandboxes(at: Date): Promise<string[]>;
  /** Returns a page of blobs to which rows refer. */
  blobPage(page: CheckPage): Promise<readonly BlobPlace[]>;
  /** Marks saved files and commits as not saved if they consist of one of the blobs. Returns those blobs. */
  clearSaved(blobIds: readonly string[]): Promise<string[]>;
  /** Returns a page of open pull requests in enabled repositories. */
  openPullRequestPage(page: CheckPage): Promise<readonly CheckedPullRequest[]>;
}

export type CheckedPullRequest = Pick<
  PullRequest,
  "id" | "organizationId" | "repositoryId" | "number" | "headSha" | "baseBranch" | "isDraft" | "url"
>;
