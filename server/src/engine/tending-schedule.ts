import { enqueueWebhookEvents, tendAgents } from "../core/automation/index.ts";
import type { Ports } from "../core/ports.ts";
import { tendProjects } from "../core/sessions/index.ts";

const CHECK_MS = 1_000;

/**
 * Tends agents and projects, and enqueues webhook events every second. Several servers may run this concurrently, because database rows determine which server
 * processes each item. Stop the timers with `clearInterval`.
 */
export function scheduleTending(ports: Ports): NodeJS.Timeout[] {
  return [
    everySecond(() => tendAgents(ports), ports, "agents could not be processed; retrying"),
    everySecond(() => tendProjects(ports), ports, "projects could not be processed; retrying"),
    everySecond(
      () => enqueueWebhookEvents(ports),
      ports,
      "events could not be queued for webhooks; retrying",
    ),
  ];
}

function everySecond(
  work: () => Promise<void>,
  { log }: Pick<Ports, "log">,
  complaint: string,
): NodeJS.Timeout {
  let isBusy = false;
  return setInterval(async () => {
    if (isBusy) return;
    isBusy = true;
    try {
      await work();
    } catch (cause) {
      log.warn({ err: cause }, complaint);
    } finally {
      isBusy = false;
    }
  }, CHECK_MS);
}
