import type { AgentRun } from "../../../sessions/index.ts";
import type { AutomationPorts } from "../../ports.ts";
import { queueRun } from "../run/queue-run.ts";
import type { AgentSchedule } from "./schedule.ts";

const maxAtOnce = 50;

/**
 * Queues a run for each due schedule, up to 50 per call, and returns the runs. Several servers may call this concurrently, because only one of them
 * can advance a schedule. A schedule that missed several start times queues only one run.
 */
export async function fireSchedules(
  ports: Pick<AutomationPorts, "store" | "clock" | "cron">,
): Promise<AgentRun[]> {
  const now = ports.clock.now();
  const fired: AgentRun[] = [];
  for (const schedule of await ports.store.agentSchedules.due(now, maxAtOnce)) {
    const run = await fire(ports, schedule, now);
    if (run !== null) fired.push(run);
  }
  return fired;
}

async function fire(
  ports: Pick<AutomationPorts, "store" | "clock" | "cron">,
  schedule: AgentSchedule,
  now: Date,
): Promise<AgentRun | null> {
  const { nextRunAt } = schedule;
  if (nextRunAt === null) return null;
  const next = ports.cron.next(schedule.cron, now);
  return ports.store.transaction(async (tx) => {
    if (!(await tx.agentSchedules.advance(schedule.id, nextRunAt, { lastRunAt: now, nextRunAt: next })))
      return null;
    const payload = { schedule: schedule.cron, scheduledFor: nextRunAt.toISOString() };
    return queueRun(ports, tx, schedule.agentId, { cause: "schedule", payload });
  });
}
