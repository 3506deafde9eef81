import { AppError, minuteMs, newId } from "../../../base/index.ts";
import type { SessionsPorts } from "../../ports.ts";
import type { Environment, EnvironmentOrigin } from "../snapshot/project-snapshot.ts";
import type { ClaimedBuild } from "./build-store.ts";
import type { BuildLease, ProjectBuild } from "./project-build.ts";

/** Time without a heartbeat after which another worker takes over a build. */
const buildLeaseMs = 60_000;
const maxAttempts = 3;
/** Time limit that the worker enforces for each attempt. */
export const attemptLimitMs = 60 * minuteMs;
const buildMarginMs = 30 * minuteMs;

type Ports = Pick<SessionsPorts, "store" | "clock">;

/**
 * Claims the oldest build that can run, or returns null. A claim of a build whose worker sends no heartbeats fences off
 * that worker.
 */
export function claimBuild({ store, clock }: Ports, workerId: string): Promise<ClaimedBuild | null> {
  return store.projectBuilds.claim({ workerId, maxAttempts, ...timesOf(clock.now()) });
}

/** Fails the builds whose workers died in each of their attempts. Returns the number of failed builds. */
export function failLostBuilds({ store, clock }: Ports): Promise<number> {
  const failure = `The worker stopped during each of ${maxAttempts} attempts. See the server's log.`;
  return store.projectBuilds.failLost({ maxAttempts, failure, ...timesOf(clock.now()) });
}

/**
 * Fails the builds whose attempt runs long after its time limit, because their worker does not end it. Returns the number
 * of failed builds.
 */
export function failOverdueBuilds({ store, clock }: Ports): Promise<number> {
  const at = clock.now();
  const failure =
    "The build did not end within its time limit, and its worker does not respond. Build again.";
  const startedBefore = new Date(at.getTime() - attemptLimitMs - buildMarginMs);
  return store.projectBuilds.failOverdue({ startedBefore, marginMs: buildMarginMs, failure, at });
}

const timesOf = (at: Date) => ({ at, staleBefore: new Date(at.getTime() - buildLeaseMs) });

/**
 * Completes a build with a new environment, which becomes the project's active one. Returns the ID of the snapshot.
 * Throws `fenced` if the attempt no longer holds the build.
 */
export function completeBuild(
  { store, clock }: Ports,
  { build, lease }: ClaimedBuild,
  environment: Environment,
): Promise<string> {
  const at = clock.now();
  const startedAt = startOf(build);
  const id = newId(at.getTime());
  return store.transaction(async (tx) => {
    await tx.projectSnapshots.insert({
      ...environment,
      id,
      projectId: build.projectId,
      name: null,
      recipe: build.recipe,
      trigger: build.trigger,
      rebuildOf: build.rebuildOf,
      builtAt: at,
      buildDurationMs: Math.max(0, at.getTime() - startedAt.getTime()),
      pinnedAt: null,
      brokenReason: null,
      createdAt: at,
      updatedAt: at,
    });
    await tx.projectBuilds.end(lease, { status: "completed", snapshotId: id }, at);
    return id;
  });
}

/**
 * Completes a build with an existing snapshot, which from now on counts as built from these commits. Throws `fenced` if the
 * attempt no longer holds the build.
 */
export function completeWithSnapshot(
  { store, clock }: Ports,
  lease: BuildLease,
  { snapshotId, commits }: { readonly snapshotId: string; readonly commits: EnvironmentOrigin["commits"] },
): Promise<void> {
  const at = clock.now();
  return store.transaction(async (tx) => {
    await tx.projectBuilds.end(lease, { status: "completed", snapshotId }, at);
    await tx.projectSnapshots.setCommits(snapshotId, commits, at);
  });
}

/** Fails a build. The active environment remains. Throws `fenced` if the attempt no longer holds the build. */
export function failBuild({ store, clock }: Ports, lease: BuildLease, failure: string): Promise<void> {
  return store.projectBuilds.end(lease, { status: "failed", failure }, clock.now());
}

function startOf({ id, state }: ProjectBuild): Date {
  if (state.status === "running") return state.startedAt;
  throw new AppError("internal", `Build ${id} is ${state.status}, so it cannot be completed.`);
}
