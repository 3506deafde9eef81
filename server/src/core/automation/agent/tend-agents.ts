import type { AutomationPorts } from "../ports.ts";
import { endWorkedRuns } from "./run/end-run.ts";
import { startRun } from "./run/start-run.ts";
import { fireSchedules } from "./start/fire-schedules.ts";

const maxStarts = 50;

/** What agents need done again and again: schedules fire, runs that were worked end, and runs that wait start. Any number of servers may. */
export async function tendAgents(ports: AutomationPorts): Promise<void> {
  await fireSchedules(ports);
  await endWorkedRuns(ports);
  for (const run of await ports.store.agentRuns.startable(maxStarts)) await startRun(ports, run);
}
