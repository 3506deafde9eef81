import type { CursorPage, Page } from "../../../base/index.ts";
import type { BuildLease, BuildProgress, BuildRecipe, BuildState, ProjectBuild } from "./project-build.ts";

export interface BuildQueries {
  /** Inserts a pending build. Throws `conflict` if the project already has one. */
  insert(build: ProjectBuild): Promise<void>;
  find(projectId: string, id: string): Promise<ProjectBuild | null>;
  findPending(projectId: string): Promise<ProjectBuild | null>;
  /** Lists builds, newest first. */
  list(projectId: string, page: CursorPage): Promise<Page<ProjectBuild>>;
  /** Replaces the recipe of the pending build, unless it rebuilds a snapshot. */
  refreshPending(projectId: string, recipe: BuildRecipe): Promise<void>;
  /** Changes the trigger of a pending build to `manual`. Returns false if a worker has claimed the build meanwhile. */
  makeManual(id: string): Promise<boolean>;
  /** Cancels a pending or running build. Returns false if it has ended. */
  cancel(projectId: string, id: string, at: Date): Promise<boolean>;
  /** Cancels the pending and the running build of the project. */
  cancelActive(projectId: string, at: Date): Promise<void>;
  /**
   * Claims the oldest build that can run, or null. This is a pending build of a project without a running build, or a
   * running build whose last heartbeat is older than `staleBefore` and that has had fewer than `maxAttempts` attempts.
   */
  claim(claim: {
    readonly workerId: string;
    readonly at: Date;
    readonly staleBefore: Date;
    readonly maxAttempts: number;
  }): Promise<ClaimedBuild | null>;
  /**
   * Returns pending builds without a log whose projects request labels that no live machine has, and locks them until the
   * transaction ends. Leaves out builds that another transaction has locked.
   */
  lockWithoutMachine(
    limit: number,
  ): Promise<readonly { readonly id: string; readonly runsOn: readonly string[] }[]>;
  /** Lets other workers claim the running builds of a worker that has stopped. */
  release(workerId: string): Promise<void>;
  /** Takes a session number that no session has, for the user of a build's sandbox. */
  takeSessionNumber(): Promise<number>;
  /** Fails the builds whose last permitted attempt has sent no heartbeat since `staleBefore`. Returns their number. */
  failLost(limit: {
    readonly staleBefore: Date;
    readonly maxAttempts: number;
    readonly failure: string;
    readonly at: Date;
  }): Promise<number>;
  /**
   * Fails the running builds whose newest attempt started before `startedBefore`. Leaves those whose worker is absent, or
   * has returned within `marginMs`. Returns their number.
   */
  failOverdue(limit: {
    readonly startedBefore: Date;
    readonly marginMs: number;
    readonly failure: string;
    readonly at: Date;
  }): Promise<number>;
  /** Extends the lease, and stores the progress or the identity if they are given. Throws `fenced`. */
  heartbeat(
    lease: BuildLease,
    report: { readonly at: Date; readonly progress?: BuildProgress; readonly identity?: string },
  ): Promise<void>;
  /** Locks the build until the transaction ends. Returns the size of its log in bytes. Throws `fenced`. */
  lockLog(lease: BuildLease): Promise<{ readonly bytes: number }>;
  /** Appends to the log. The caller holds the lock of `lockLog`. */
  appendLog(buildId: string, text: string, at: Date): Promise<void>;
  /** Returns the log's entries after `afterSeq`, in order. */
  readLog(buildId: string, afterSeq: number, limit: number): Promise<BuildLogEntry[]>;
  /** Returns those of the builds that are pending or running. */
  findActive(buildIds: readonly string[]): Promise<string[]>;
  /**
   * Deletes the builds that ended before `at`, with their logs, except the newest of each project that is not archived.
   * Returns their number.
   */
  deleteBefore(at: Date): Promise<number>;
  /** Ends the build. Throws `fenced`. */
  end(lease: BuildLease, end: BuildEnd, at: Date): Promise<void>;
}

export interface ClaimedBuild {
  readonly build: ProjectBuild;
  readonly lease: BuildLease;
}

export type BuildEnd =
  | { readonly status: "completed"; readonly snapshotId: string }
  | { readonly status: "failed"; readonly failure: string };

/** A part of a build's log. `seq` starts at 1. */
export interface BuildLogEntry {
  readonly seq: number;
  readonly text: string;
}

/** An item of a followed log: a part of it, or the end of the build. */
export type FollowedLog =
  | ({ readonly kind: "log" } & BuildLogEntry)
  | { readonly kind: "end"; readonly status: BuildState["status"] };
