import { tendAgents } from "../core/agent/tend-agents.ts";
import type { Ports } from "../core/ports/index.ts";

const CHECK_MS = 1_000;

/** Tends agents every second. Any number of servers may: rows of the database decide who does what. Stopped with `clearInterval`. */
export function scheduleAgents(ports: Ports): NodeJS.Timeout {
  let isBusy = false;
  return setInterval(async () => {
    if (isBusy) return;
    isBusy = true;
    try {
      await tendAgents(ports);
    } catch (cause) {
      ports.log.warn({ err: cause }, "agents could not be tended; trying again");
    } finally {
      isBusy = false;
    }
  }, CHECK_MS);
}
