import { DBOS } from "@dbos-inc/dbos-sdk";
import { dueJobs } from "../core/automation/index.ts";
import { minuteMs, slotOf } from "../core/base/index.ts";
import type { Ports } from "../core/ports.ts";
import { JOBS } from "./job-names.ts";

const CHECK_MS = 1_000;
/**
 * Maximum number of unfinished jobs that the query returns. Jobs accumulate while no worker is running. If the query
 * reaches this limit, the list may be incomplete, so no job is enqueued.
 */
const MAX_UNFINISHED = 10_000;

/**
 * Enqueues the due jobs every minute. Several servers may run this concurrently, because job names are unique. Stop it
 * with `clearInterval`.
 */
export function scheduleJobs(ports: Pick<Ports, "store" | "engine" | "clock" | "log">): NodeJS.Timeout {
  let lastSlot = "";
  let isBusy = false;
  return setInterval(async () => {
    const slot = slotOf(ports.clock.now(), minuteMs);
    if (isBusy || slot === lastSlot) return;
    isBusy = true;
    try {
      await enqueueDueJobs(ports);
      lastSlot = slot;
    } catch (cause) {
      ports.log.warn({ err: cause }, "due jobs could not be enqueued; retrying");
    } finally {
      isBusy = false;
    }
  }, CHECK_MS);
}

export async function enqueueDueJobs(ports: Pick<Ports, "store" | "engine" | "clock">): Promise<void> {
  const unfinished = await DBOS.listWorkflows({
    workflowName: JOBS.workflow,
    status: ["ENQUEUED", "PENDING", "DELAYED"],
    workflow_id_prefix: ["integrationPoll:", "integrationSync:"],
    limit: MAX_UNFINISHED,
    loadInput: false,
    loadOutput: false,
  });
  if (unfinished.length === MAX_UNFINISHED) return;
  const names = new Set(unfinished.map(({ workflowID }) => workflowID));
  const jobs = dueJobs(ports.clock.now(), await ports.store.integrations.allEnabled(), names);
  await ports.store.transaction(async (tx) => {
    for (const job of jobs) await ports.engine.enqueueJob(tx, job);
  });
}
