import { enqueueNotifications, enqueueWebhookEvents, tendAgents } from "../core/automation/index.ts";
import type { Ports } from "../core/ports.ts";
import { tendProjects } from "../core/sessions/index.ts";

/** Interval of the ticks. Each tick starts the tasks of one slot, so that they need few connections to the database. */
const TICK_MS = 200;
/** Numbers of ticks between two runs of a task. */
const SECOND = 1_000 / TICK_MS;

/**
 * Tends agents and projects, and enqueues webhook events and notifications every second. Tends copies of environments every two seconds,
 * waiting harnesses every five and preparations every ten. The tasks start at different times and do not wait for each
 * other. Several servers may run this concurrently, because database rows or renames determine which server processes
 * each item. Stop it with `clearInterval`.
 */
export function scheduleTending(ports: Ports): NodeJS.Timeout {
  const { log } = ports;
  const tasks = [
    createTask(log, SECOND, () => tendAgents(ports), "agents could not be processed; retrying"),
    createTask(log, SECOND, () => tendProjects(ports), "projects could not be processed; retrying"),
    createTask(
      log,
      SECOND,
      () => enqueueWebhookEvents(ports),
      "events could not be queued for webhooks; retrying",
    ),
    createTask(log, SECOND, () => enqueueNotifications(ports), "notifications could not be queued; retrying"),
    createTask(
      log,
      2 * SECOND,
      () => ports.environmentCopies.tend(),
      "copies of environments could not be processed; retrying",
    ),
    createTask(
      log,
      5 * SECOND,
      () => ports.waitingHarnesses.tend(),
      "waiting harnesses could not be processed; retrying",
    ),
    createTask(
      log,
      10 * SECOND,
      () => ports.preparations.tend(),
      "preparations could not be processed; retrying",
    ),
  ];
  let tick = 0;
  return setInterval(() => {
    for (const [slot, task] of tasks.entries()) task(tick - slot);
    tick += 1;
  }, TICK_MS);
}

/** Returns a function that runs the work in one of `ticks` ticks, unless it still runs. */
function createTask(
  log: Ports["log"],
  ticks: number,
  work: () => Promise<void>,
  complaint: string,
): (tick: number) => void {
  let isBusy = false;
  const run = async () => {
    try {
      await work();
    } catch (cause) {
      log.warn({ err: cause }, complaint);
    } finally {
      isBusy = false;
    }
  };
  return (tick) => {
    if (isBusy || tick < 0 || tick % ticks !== 0) return;
    isBusy = true;
    void run();
  };
}
