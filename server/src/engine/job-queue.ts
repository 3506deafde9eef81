import { DBOS } from "@dbos-inc/dbos-sdk";
import { Semaphore } from "../runtime/semaphore.ts";
import { JOBS, WEBHOOKS } from "./job-names.ts";
import type { JobWorkerParts } from "./job-workflow.ts";

/** Maximum number of running jobs per process, including jobs that wait between steps. */
const CONCURRENCY = 100;
/**
 * Maximum number of concurrent webhook attempts per process. `PER_WEBHOOK` limits each webhook, so that a slow webhook
 * delays only its own deliveries.
 */
const WEBHOOK_CONCURRENCY = 100;
const PER_WEBHOOK = 4;

/**
 * Creates the limits on steps that run concurrently in a process. Each kind of job has a separate limit, so that a long sync does not delay
 * deliveries.
 */
export const newStepLimits = (): JobWorkerParts["stepLimits"] => ({
  delivery: new Semaphore(4),
  integrationPoll: new Semaphore(2),
  integrationSync: new Semaphore(2),
  sessionPurge: new Semaphore(1),
  attemptEnd: new Semaphore(2),
  cleanUp: new Semaphore(1),
  watch: new Semaphore(1),
  reconcile: new Semaphore(1),
  webhookAttempt: new Semaphore(WEBHOOK_CONCURRENCY),
  notificationAttempt: new Semaphore(20),
});

export async function registerJobQueues(minPollingIntervalMs: number) {
  const jobs = await DBOS.registerQueue(JOBS.queue, {
    workerConcurrency: CONCURRENCY,
    minPollingIntervalMs,
    onConflict: "always_update",
  });
  const webhooks = await DBOS.registerQueue(WEBHOOKS.queue, {
    workerConcurrency: WEBHOOK_CONCURRENCY,
    partitionWorkerConcurrency: PER_WEBHOOK,
    minPollingIntervalMs,
    onConflict: "always_update",
  });
  return [jobs, webhooks];
}
