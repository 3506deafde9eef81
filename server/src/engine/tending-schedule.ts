import { enqueueWebhookEvents, tendAgents } from "../core/automation/index.ts";
import type { Ports } from "../core/ports.ts";
import { tendProjects } from "../core/sessions/index.ts";

const CHECK_MS = 1_000;
const PREPARATIONS_MS = 10_000;
const WAITING_MS = 5_000;
const COPIES_MS = 2_000;

/**
 * Tends agents and projects, and enqueues webhook events every second. Tends copies of environments every two seconds,
 * waiting harnesses every five and preparations every ten. Several servers may run this concurrently, because database rows or renames determine which
 * server processes each item. Stop the timers with `clearInterval`.
 */
export function scheduleTending(ports: Ports): NodeJS.Timeout[] {
  const warn = (complaint: string) => (cause: unknown) => ports.log.warn({ err: cause }, complaint);
  return [
    every(CHECK_MS, () => tendAgents(ports), warn("agents could not be processed; retrying")),
    every(CHECK_MS, () => tendProjects(ports), warn("projects could not be processed; retrying")),
    every(
      CHECK_MS,
      () => enqueueWebhookEvents(ports),
      warn("events could not be queued for webhooks; retrying"),
    ),
    every(
      PREPARATIONS_MS,
      () => ports.preparations.tend(),
      warn("preparations could not be processed; retrying"),
    ),
    every(
      WAITING_MS,
      () => ports.waitingHarnesses.tend(),
      warn("waiting harnesses could not be processed; retrying"),
    ),
    every(
      COPIES_MS,
      () => ports.environmentCopies.tend(),
      warn("copies of environments could not be processed; retrying"),
    ),
  ];
}

function every(
  intervalMs: number,
  work: () => Promise<void>,
  onError: (cause: unknown) => void,
): NodeJS.Timeout {
  let isBusy = false;
  return setInterval(async () => {
    if (isBusy) return;
    isBusy = true;
    try {
      await work();
    } catch (cause) {
      onError(cause);
    } finally {
      isBusy = false;
    }
  }, intervalMs);
}
