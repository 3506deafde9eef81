import { AppError, firstRunTime, newId } from "../../../base/index.ts";
import type { AutomationPorts, AutomationQueries } from "../../ports.ts";
import type { Agent } from "../agent.ts";
import { lockAgent } from "../lock-agent.ts";
import type { AgentSchedule } from "./schedule.ts";

type SchedulePorts = Pick<AutomationPorts, "store" | "clock" | "cron">;

export const maxSchedules = 50;
const maxTimes = 5;

/**
 * Builds a schedule that is enabled if the agent is enabled. Throws `invalid_input` if the cron expression cannot be parsed or never matches a future
 * time.
 */
export function newSchedule(
  { clock, cron: crons }: Pick<AutomationPorts, "clock" | "cron">,
  agent: Pick<Agent, "id" | "enabledAt">,
  cron: string,
): AgentSchedule {
  const now = clock.now();
  const nextRunAt = firstRunTime(crons, cron, now);
  return {
    id: newId(now.getTime()),
    agentId: agent.id,
    cron,
    nextRunAt: agent.enabledAt === null ? null : nextRunAt,
    lastRunAt: null,
    enabledAt: agent.enabledAt === null ? null : now,
    createdAt: now,
    updatedAt: now,
  };
}

/**
 * Adds a schedule. Throws `invalid_input` for the same reasons as `newSchedule`, or if the agent already has the
 * maximum number of schedules.
 */
export async function addSchedule(ports: SchedulePorts, agent: Agent, cron: string): Promise<AgentSchedule> {
  return ports.store.transaction(async (tx) => {
    const schedule = newSchedule(ports, await lockAgent(tx, agent.id), cron);
    const { items } = await tx.agentSchedules.list(agent.id, { limit: maxSchedules });
    if (items.length >= maxSchedules)
      throw new AppError(
        "invalid_input",
        `An agent can have at most ${maxSchedules} schedules. Delete one first.`,
      );
    await tx.agentSchedules.insert(schedule);
    return schedule;
  });
}

/**
 * Changes the cron expression of a schedule. Throws `not_found` if the agent has no such schedule, or `invalid_input` for the same reasons as
 * `newSchedule`.
 */
export async function updateSchedule(
  ports: SchedulePorts,
  { agentId, id }: { readonly agentId: string; readonly id: string },
  cron: string,
): Promise<AgentSchedule> {
  const now = ports.clock.now();
  const nextRunAt = firstRunTime(ports.cron, cron, now);
  return ports.store.transaction(async (tx) => {
    // The schedule is enabled and disabled together with the agent.
    await lockAgent(tx, agentId);
    const known = await getSchedule({ store: tx }, agentId, id);
    const schedule = {
      ...known,
      cron,
      nextRunAt: known.enabledAt === null ? null : nextRunAt,
      updatedAt: now,
    };
    await tx.agentSchedules.update(schedule);
    return schedule;
  });
}

/** Returns a schedule of the agent. Throws `not_found` if the agent has no such schedule. */
export async function getSchedule(
  { store }: { readonly store: Pick<AutomationQueries, "agentSchedules"> },
  agentId: string,
  id: string,
): Promise<AgentSchedule> {
  const schedule = await store.agentSchedules.find(agentId, id);
  if (schedule !== null) return schedule;
  throw new AppError("not_found", `This agent has no schedule ${id}.`);
}

/**
 * Returns the next five matching times, or fewer if there are no more. Throws `invalid_input` if the expression cannot be parsed or never matches a
 * future time.
 */
export function timesOf(
  { clock, cron: crons }: Pick<AutomationPorts, "clock" | "cron">,
  cron: string,
): Date[] {
  const times = [firstRunTime(crons, cron, clock.now())];
  while (times.length < maxTimes) {
    const next = crons.next(cron, times.at(-1)!);
    if (next === null) break;
    times.push(next);
  }
  return times;
}
