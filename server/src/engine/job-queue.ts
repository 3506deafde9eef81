import { DBOS } from "@dbos-inc/dbos-sdk";
import { Semaphore } from "../runtime/semaphore.ts";
import { JOBS, WEBHOOKS } from "./job-names.ts";
import type { JobWorkerParts } from "./job-workflow.ts";

/** Begun at once in one process, those that wait between steps included. */
const CONCURRENCY = 100;
const DISPATCH_MS = 100;
/** Of one process, and of one webhook in it: one that answers slowly holds up its own deliveries alone. */
const WEBHOOK_CONCURRENCY = 100;
const PER_WEBHOOK = 4;
const WEBHOOK_DISPATCH_MS = 250;

/** How many steps run at once in one process. Each kind has its own: a long sync holds up no delivery. */
export const newStepLimits = (): JobWorkerParts["stepLimits"] => ({
  delivery: new Semaphore(4),
  integrationPoll: new Semaphore(2),
  integrationSync: new Semaphore(2),
  sessionPurge: new Semaphore(1),
  cleanUp: new Semaphore(1),
  webhookAttempt: new Semaphore(WEBHOOK_CONCURRENCY),
});

export async function registerJobQueues(): Promise<void> {
  await DBOS.registerQueue(JOBS.queue, {
    workerConcurrency: CONCURRENCY,
    minPollingIntervalMs: DISPATCH_MS,
    onConflict: "always_update",
  });
  await DBOS.registerQueue(WEBHOOKS.queue, {
    workerConcurrency: WEBHOOK_CONCURRENCY,
    partitionWorkerConcurrency: PER_WEBHOOK,
    minPollingIntervalMs: WEBHOOK_DISPATCH_MS,
    onConflict: "always_update",
  });
}
