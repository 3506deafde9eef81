import { hourMs } from "../../base/index.ts";
import { endStuckTurn } from "../../turns/index.ts";
import { allFixed, type Check } from "./check.ts";

/** Longest time that a job may take. Retries and postponed events of a forge take less. */
const jobLimitMs = 24 * hourMs;

/** Enqueues turns without a workflow, ends turns whose workflow has ended, and cleans up after ended turns. */
export const checkWork: Check = async ({ ports, tools, signal }) => {
  const { requeued, dropped, ended } = await tools.work.repair();
  let count = requeued + dropped;
  for (const turnId of ended) {
    signal.throwIfAborted();
    if (await endStuckTurn(ports, turnId, () => lost)) count += 1;
  }
  return allFixed(count);
};

const lost = {
  status: "failed",
  error: {
    code: "worker_lost",
    message:
      "The turn's work ended without a result. Check the server's log, then send a message to try again.",
  },
} as const;

/** Reports jobs that do not end. */
export const checkJobs: Check = async ({ ports: { clock }, tools }) => {
  const openItems = await tools.work.unfinishedJobs(new Date(clock.now().getTime() - jobLimitMs));
  return { found: openItems.length, fixed: 0, openItems, cursor: null };
};

/** Deletes records of warm sandboxes whose worker does not exist. */
export const checkWarmSandboxes: Check = async ({ ports: { store, clock } }) =>
  allFixed((await store.reconcile.dropWarmSandboxes(clock.now())).length);
