import { DBOS } from "@dbos-inc/dbos-sdk";
import { AtMost } from "./at-most.ts";
import type { JobWorkerParts } from "./job-workflow.ts";

/** What jobs are called in DBOS. */
export const JOBS = { queue: "jobs", workflow: "job" } as const;

/** Begun at once in one process, those that wait between steps included. */
const CONCURRENCY = 100;
const DISPATCH_MS = 100;
const DELIVERY_STEPS = 4;
const OTHER_STEPS = 2;

export const newStepLimits = (): JobWorkerParts["atMost"] => ({
  deliveries: new AtMost(DELIVERY_STEPS),
  others: new AtMost(OTHER_STEPS),
});

export async function registerJobQueue(): Promise<void> {
  await DBOS.registerQueue(JOBS.queue, {
    workerConcurrency: CONCURRENCY,
    minPollingIntervalMs: DISPATCH_MS,
    onConflict: "always_update",
  });
}
