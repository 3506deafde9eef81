import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { tembo } from "../api/client.ts";
import type { AgentsSearch } from "./agents-search.ts";

const REFRESH_MS = 10_000;
const PAGE_SIZE = 50;

/** Agents, each with its next scheduled run. */
export const agentsQuery = ({ search, status }: AgentsSearch) =>
  infiniteQueryOptions({
    queryKey: ["agents", { search, status }],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }) => {
      const page = await tembo.agents.list(
        {
          limit: PAGE_SIZE,
          ...(pageParam !== null && { cursor: pageParam }),
          ...(search !== undefined && { search }),
          ...(status === "archived" ? { archived: true } : status !== undefined && { status }),
        },
        { signal },
      );
      const ids = page.items.filter(({ scheduleCount }) => scheduleCount > 0).map(({ id }) => id);
      const next =
        ids.length === 0
          ? []
          : (await tembo.agents.schedules.nextRuns({ ids, limit: 100 }, { signal })).items;
      const nextRuns = new Map(next.map(({ agentId, nextRunAt }) => [agentId, nextRunAt]));
      return {
        items: page.items.map((agent) => ({ ...agent, nextRunAt: nextRuns.get(agent.id) ?? null })),
        nextCursor: page.nextCursor,
      };
    },
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: REFRESH_MS,
  });

export const agentQuery = (agentId: string) =>
  queryOptions({
    queryKey: ["agent", agentId],
    queryFn: ({ signal }) => tembo.agents.retrieve(agentId, { signal }),
    refetchInterval: REFRESH_MS,
  });

export const agentSchedulesQuery = (agentId: string) =>
  queryOptions({
    queryKey: ["agent", agentId, "schedules"],
    queryFn: async ({ signal }) =>
      (await tembo.agents.schedules.list(agentId, { limit: 100 }, { signal })).items,
  });

export const agentTriggersQuery = (agentId: string) =>
  queryOptions({
    queryKey: ["agent", agentId, "triggers"],
    queryFn: async ({ signal }) =>
      (await tembo.agents.triggers.list(agentId, { limit: 100 }, { signal })).items,
  });

export const runPolicyQuery = (agentId: string) =>
  queryOptions({
    queryKey: ["agent", agentId, "policy"],
    queryFn: ({ signal }) => tembo.agents.runPolicy(agentId, { signal }),
  });

/** The next times that match a cron expression. Fails if the expression is invalid. */
export const scheduleTimesQuery = (cron: string) =>
  queryOptions({
    queryKey: ["schedule-times", cron],
    queryFn: async ({ signal }) => (await tembo.agents.schedules.times(cron, { signal })).times,
    enabled: cron !== "",
  });

export const templatesQuery = queryOptions({
  queryKey: ["agent-templates"],
  queryFn: async ({ signal }) => (await tembo.agents.templates.list({ limit: 100 }, { signal })).items,
  staleTime: Number.POSITIVE_INFINITY,
});
