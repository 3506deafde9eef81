import { AppError, minuteMs } from "../core/base/index.ts";
import type { Ports } from "../core/ports.ts";
import { attemptLimitMs, type ClaimedBuild, claimBuild } from "../core/sessions/index.ts";
import { removeEndedBuilds, TurnInterrupt, workBuild } from "../core/turns/index.ts";
import type { RunningWork } from "./running-work.ts";
import { TimeLimit } from "./time-limit.ts";

const checkMs = 1_000;
/** Interval of heartbeats. A canceled build ends at the next one. */
const heartbeatMs = 1_000;
/** Interval at which the worker removes what ended builds left. */
const sweepMs = 10 * minuteMs;

export interface BuildLoopParts {
  readonly ports: Ports;
  readonly workerId: string;
  /** Builds that run in this process. */
  readonly running: RunningWork;
  /** True if this worker runs as many turns as it may. Turns have priority over builds. */
  readonly isBusy: () => boolean;
}

/**
 * Claims and runs one build of a project at a time, and removes what ended builds left on this machine. Stop it with
 * `clearInterval`, and then hand back the running build.
 */
export function startBuildLoop({ ports, workerId, running, isBusy }: BuildLoopParts): NodeJS.Timeout {
  let isBuilding = false;
  let sweptAtMs = Number.NEGATIVE_INFINITY;
  return setInterval(async () => {
    if (isBuilding || isBusy()) return;
    isBuilding = true;
    try {
      const atMs = ports.clock.now().getTime();
      if (atMs - sweptAtMs >= sweepMs) {
        sweptAtMs = atMs;
        await sweep(ports);
      }
      const claimed = await claimBuild(ports, workerId);
      if (claimed !== null) await runClaimed(ports, running, claimed);
    } catch (cause) {
      ports.log.error({ err: cause }, "a build cannot continue at the moment; retrying");
    } finally {
      isBuilding = false;
    }
  }, checkMs);
}

/** Removes what ended builds left. A failure does not keep the worker from its builds. */
async function sweep(ports: Ports): Promise<void> {
  try {
    await removeEndedBuilds(ports);
  } catch (cause) {
    ports.log.error({ err: cause }, "files of ended builds could not be removed; retrying later");
  }
}

async function runClaimed(ports: Ports, running: RunningWork, claimed: ClaimedBuild): Promise<void> {
  const { id } = claimed.build;
  using held = running.hold(id);
  using limit = new TimeLimit(ports.clock, new Date(ports.clock.now().getTime() + attemptLimitMs));
  const timer = setInterval(() => void beat(ports, running, claimed), heartbeatMs);
  try {
    await workBuild(ports, claimed, AbortSignal.any([held.signal, limit.signal]));
  } finally {
    clearInterval(timer);
  }
}

/** Extends the lease. Interrupts the build if it was canceled, or if another worker has taken it over. */
async function beat(
  { store, clock, log }: Ports,
  running: RunningWork,
  { build, lease }: ClaimedBuild,
): Promise<void> {
  try {
    await store.projectBuilds.heartbeat(lease, { at: clock.now() });
  } catch (cause) {
    if (cause instanceof AppError && cause.code === "fenced")
      running.interrupt(build.id, new TurnInterrupt("stopped"));
    else log.warn({ err: cause, buildId: build.id }, "a build's heartbeat could not be stored; retrying");
  }
}
