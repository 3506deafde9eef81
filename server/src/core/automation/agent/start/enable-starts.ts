import type { AutomationPorts, AutomationTransaction } from "../../ports.ts";
import type { Agent } from "../agent.ts";
import { maxSchedules } from "./change-schedules.ts";

/**
 * Enables or disables an agent's schedules and triggers together with the agent. A schedule that is enabled again fires
 * at its next time and skips missed times.
 */
export async function enableStarts(
  { cron }: Pick<AutomationPorts, "cron">,
  tx: AutomationTransaction,
  { id, enabledAt }: Pick<Agent, "id" | "enabledAt">,
  now: Date,
): Promise<void> {
  await tx.agentTriggers.setEnabled(id, enabledAt);
  const { items } = await tx.agentSchedules.list(id, { limit: maxSchedules });
  for (const schedule of items) {
    const nextRunAt = enabledAt === null ? null : cron.next(schedule.cron, now);
    await tx.agentSchedules.update({ ...schedule, enabledAt, nextRunAt, updatedAt: now });
  }
}
