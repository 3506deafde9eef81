import { DBOS } from "@dbos-inc/dbos-sdk";
import type pg from "pg";
import { type JobHandlers, runJob } from "../core/automation/index.ts";
import { type Job, type JobTools, jobName, type Kept, type WorkWatch } from "../core/base/index.ts";
import type { Ports } from "../core/ports.ts";
import { delayOrAbort } from "../runtime/delay.ts";
import type { Semaphore } from "../runtime/semaphore.ts";
import { forgetEnded } from "./forget-ended.ts";
import { leaveOpen, orLeaveOpen, retryWhileHeld } from "./retry-while-held.ts";
import type { HeldWork, RunningWork } from "./running-work.ts";

export interface JobWorkerParts {
  readonly ports: Ports;
  readonly pool: pg.Pool;
  readonly handlers: JobHandlers;
  readonly running: RunningWork;
  readonly work: WorkWatch;
  /** Limits concurrent steps, by kind of job. A job that waits between steps holds no permit. */
  readonly stepLimits: Readonly<Record<Job["kind"], Semaphore>>;
}

/** Runs the workflow of a job. DBOS records each step as a checkpoint. */
export async function runJobWorkflow(parts: JobWorkerParts, job: Job): Promise<void> {
  using held = parts.running.hold(jobName(job));
  const tools = createJobTools(parts, job, held);
  const { ports, handlers } = parts;
  await orLeaveOpen(ports, held, () => runJob({ ports, handlers, tools }, job));
}

function createJobTools(
  { ports, pool, work, stepLimits }: JobWorkerParts,
  job: Job,
  held: HeldWork,
): JobTools {
  const attempt = <T>(work: () => Promise<T>) =>
    retryWhileHeld(ports, held, () => stepLimits[job.kind].run(work, held.signal));
  const step = async <T extends Kept>(name: string, work: () => Promise<T>): Promise<T> => {
    if (held.signal.aborted) return leaveOpen(held);
    return DBOS.runStep(() => attempt(work), { name });
  };
  return {
    step,
    read: attempt,
    pause: async (name, ms) => {
      // The checkpoint records the end time. DBOS's own sleep cannot be interrupted when the process stops.
      const until = await step(name, async () => Date.now() + ms);
      await waitUntil(until, held);
    },
    forgetEnded: (before) => forgetEnded(pool, before),
    work,
    signal: held.signal,
  };
}

async function waitUntil(untilMs: number, held: HeldWork): Promise<void> {
  await delayOrAbort(Math.max(0, untilMs - Date.now()), held.signal, { keepsProcess: false });
  if (held.signal.aborted) await leaveOpen(held);
}
