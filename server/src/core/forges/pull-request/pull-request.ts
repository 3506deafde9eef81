import type { ForgePullRequest } from "../forge/forge-pull-request.ts";
import type { ForgeUser } from "../forge/forge-user.ts";

/** A pull request in a connected repository, as last seen on its forge. */
export interface PullRequest {
  readonly id: string;
  readonly organizationId: string;
  /** ID of the session that works on the pull request, or null if there is none. */
  readonly sessionId: string | null;
  readonly repositoryId: string;
  readonly number: number;
  /** The forge's own ID. */
  readonly externalId: string;
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly status: "open" | "merged" | "closed";
  readonly isDraft: boolean;
  readonly headBranch: string;
  readonly baseBranch: string;
  readonly headSha: string;
  readonly isFromFork: boolean;
  readonly mergeability: ForgePullRequest["mergeability"];
  readonly author: ForgeUser | null;
  readonly reviewers: readonly Reviewer[];
  readonly checks: ChecksSummary;
  readonly additions: number;
  readonly deletions: number;
  readonly mergedAt: Date | null;
  /** Time of the last update, by the forge's clock. Observations with an older time are stale. */
  readonly forgeUpdatedAt: Date;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A reviewer with their latest decision. `awaiting`: their review is requested. */
export interface Reviewer {
  readonly user: ForgeUser;
  readonly state: "approved" | "changesRequested" | "commented" | "awaiting";
}

export interface ChecksSummary {
  /** State of all checks of the head. `none` means that no check is pending, passed or failed. */
  readonly state: "none" | "pending" | "passed" | "failed";
  readonly failed: readonly string[];
}
