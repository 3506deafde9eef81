import type { AutomationPorts } from "../ports.ts";
import { endWorkedRuns } from "./run/end-run.ts";
import { startRun } from "./run/start-run.ts";
import { fireSchedules } from "./start/fire-schedules.ts";

const maxStarts = 50;

/**
 * Performs the periodic work for agents: fires schedules, ends finished runs and starts queued runs. Several servers
 * may call this concurrently.
 */
export async function tendAgents(ports: AutomationPorts): Promise<void> {
  await fireSchedules(ports);
  await endWorkedRuns(ports);
  for (const run of await ports.store.agentRuns.startable(maxStarts)) await startRun(ports, run);
}
