import { operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import {
  addSchedule,
  addTrigger,
  getAgent,
  getSchedule,
  getTrigger,
  timesOf,
  updateSchedule,
  updateTrigger,
} from "../../../core/automation/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { route } from "../../route.ts";
import { scheduleView, triggerView } from "./agent-view.ts";
import { triggerWordsOf } from "./agent-words.ts";

/** Serves the schedules and triggers of agents, and the next runs of all agents. */
export function agentStartRoutes(app: FastifyInstance, ports: Ports): void {
  route(app, operations.agentNextRunList, async ({ organizationId, query: { ids, limit } }) => {
    const filter = { limit, ...(ids !== undefined && { ids }) };
    const items = await ports.store.agentSchedules.nextRuns(organizationId, filter);
    return {
      items: items.map(({ agentId, nextRunAt }) => ({ agentId, nextRunAt: nextRunAt.toISOString() })),
    };
  });
  route(app, operations.agentScheduleTimes, async ({ query }) => ({
    times: timesOf(ports, query.cron).map((time) => time.toISOString()),
  }));

  route(app, operations.agentScheduleList, async ({ organizationId, params, query }) => {
    const { id } = await getAgent(ports, organizationId, params.agentId);
    const { items, nextCursor } = await ports.store.agentSchedules.list(id, toPage(query));
    return { items: items.map(scheduleView), nextCursor };
  });
  route(app, operations.agentScheduleCreate, async ({ organizationId, params, body }) => {
    const agent = await getAgent(ports, organizationId, params.agentId);
    return scheduleView(await addSchedule(ports, agent, body.cron));
  });
  route(app, operations.agentScheduleRetrieve, async ({ organizationId, params }) => {
    const { id } = await getAgent(ports, organizationId, params.agentId);
    return scheduleView(await getSchedule(ports, id, params.scheduleId));
  });
  route(app, operations.agentScheduleUpdate, async ({ organizationId, params, body }) => {
    const { id } = await getAgent(ports, organizationId, params.agentId);
    return scheduleView(await updateSchedule(ports, { agentId: id, id: params.scheduleId }, body.cron));
  });
  route(app, operations.agentScheduleDelete, async ({ organizationId, params }) => {
    const agent = await getAgent(ports, organizationId, params.agentId);
    const { id } = await getSchedule(ports, agent.id, params.scheduleId);
    await ports.store.agentSchedules.delete(agent.id, id);
    return { id, deleted: true as const };
  });

  route(app, operations.agentTriggerList, async ({ organizationId, params, query }) => {
    const { id } = await getAgent(ports, organizationId, params.agentId);
    const { items, nextCursor } = await ports.store.agentTriggers.list(id, toPage(query));
    return { items: items.map((trigger) => triggerView(ports, trigger)), nextCursor };
  });
  route(app, operations.agentTriggerCreate, async ({ organizationId, params, body }) => {
    const agent = await getAgent(ports, organizationId, params.agentId);
    return triggerView(ports, await addTrigger(ports, agent, triggerWordsOf(body)));
  });
  route(app, operations.agentTriggerRetrieve, async ({ organizationId, params }) => {
    const { id } = await getAgent(ports, organizationId, params.agentId);
    return triggerView(ports, await getTrigger(ports, id, params.triggerId));
  });
  route(app, operations.agentTriggerUpdate, async ({ organizationId, params, body }) => {
    const agent = await getAgent(ports, organizationId, params.agentId);
    return triggerView(
      ports,
      await updateTrigger(ports, { agent, id: params.triggerId }, triggerWordsOf(body)),
    );
  });
  route(app, operations.agentTriggerDelete, async ({ organizationId, params }) => {
    const agent = await getAgent(ports, organizationId, params.agentId);
    const { id } = await getTrigger(ports, agent.id, params.triggerId);
    await ports.store.agentTriggers.delete(agent.id, id);
    return { id, deleted: true as const };
  });
}

const toPage = ({ limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined }) => ({
  limit,
  ...(cursor !== undefined && { cursor }),
});
