import type { EgressSetting } from "../../accounts/index.ts";
import type { MessageOptions } from "./message-options.ts";
import type { SandboxSize } from "./sandbox-size.ts";

export type SessionStatus = "draft" | "queued" | "inProgress" | "completed" | "failed" | "cancelled";

/** A durable conversation about one goal. */
export interface Session {
  readonly id: string;
  readonly organizationId: string;
  /** Number of the session within the installation. It determines the uid of the session's sandbox. */
  readonly number: number;
  readonly title: string;
  readonly prompt: string;
  readonly description: string | null;
  readonly harness: string;
  readonly model: string;
  readonly provider: string | null;
  readonly branchName: string;
  /** Requested target branch, or null for the default branch of each repository. */
  readonly targetBranch: string | null;
  readonly baseBranch: string | null;
  readonly status: SessionStatus;
  readonly sandboxSize: SandboxSize;
  /** ID of the session's project, which may be archived, or null for none. */
  readonly projectId: string | null;
  /** Labels that the session's machine must have, or null for those of its project. */
  readonly runsOn: readonly string[] | null;
  /** ID of the project's environment from which the sandbox started, or null if it started without one. */
  readonly snapshotId: string | null;
  /** Options of the first message. Later messages inherit them, except for the goal. */
  readonly options: MessageOptions;
  /** Egress setting, which can only restrict the organization's setting, or null to use that setting. */
  readonly egress: EgressSetting | null;
  /**
   * Budget in millionths of a US dollar, or null for the organization's limit per session. The lower of the two
   * applies.
   */
  readonly budgetMicroUsd: number | null;
  /** Issue or pull request that started the session, or null if the session was not started from a forge. */
  readonly source: SessionSource | null;
  readonly visibility: Visibility;
  readonly isPinned: boolean;
  /** Time at which the session was archived, or null. An archived session has no queued or running turn. */
  readonly archivedAt: Date | null;
  /** Sort key for clients, 0 to 100. */
  readonly level: number;
  /**
   * ID of the API key or sign-in that created this session, or that created the session that started it, or null if a
   * forge or an agent run created it.
   */
  readonly createdByKeyId: string | null;
  /**
   * Data that a client attaches to the prompt for its own use, or null. The first message receives it unless it has
   * references of its own.
   */
  readonly richContent: Readonly<Record<string, unknown>> | null;
  /** ID of the pull request that the session was created to work on, or null. */
  readonly sourcePullRequestId: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly lastQueuedAt: Date | null;
}

/** Only the creator can see a `private` session. The whole organization can see a `public` session. */
export type Visibility = "public" | "private";

/**
 * Issue or pull request on a forge that started a session. For an `issue`, the session's pull request closes the issue.
 * For a `pullRequest`, the session works on that pull request's branch.
 */
export interface SessionSource {
  readonly kind: "issue" | "pullRequest";
  readonly repositoryId: string;
  readonly number: number;
  readonly url: string;
  readonly title: string;
}

/** A session's use of a repository: folder, branches and starting point. */
export interface SessionRepository {
  readonly sessionId: string;
  readonly repositoryId: string;
  /** Name of the repository's folder in the workspace. */
  readonly directory: string;
  readonly branchName: string;
  readonly targetBranch: string;
  /**
   * Branch from which a fork starts: the parent's branch in this repository. If it is null or does not exist on the
   * forge, the session's starting point applies.
   */
  readonly baseBranch: string | null;
  /** Commit from which the work started, or null until the workspace exists and for an empty repository. */
  readonly baseSha: string | null;
}
