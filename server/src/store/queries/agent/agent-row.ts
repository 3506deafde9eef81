import type { Agent, AgentOverview } from "../../../core/automation/index.ts";
import type { AgentRun } from "../../../core/sessions/index.ts";
import type { RowOf } from "../table.ts";
import { agentRuns, agents } from "./agent-table.ts";

export type AgentRow = RowOf<typeof agents>;

const nested = <Row extends AgentRow>(row: Row) => {
  const { overlap, pauseAfterFailures, pausedAt, pausedReason, ...agent } = row;
  return {
    ...agent,
    runPolicy: { overlap, pauseAfterFailures },
    paused: pausedAt === null ? null : { at: pausedAt, reason: pausedReason! },
  };
};

export const toAgent = (row: AgentRow): Agent => nested(row);

export const fromAgent = ({ runPolicy, paused, ...agent }: Agent): AgentRow => ({
  ...agent,
  overlap: runPolicy.overlap,
  pauseAfterFailures: runPolicy.pauseAfterFailures,
  pausedAt: paused?.at ?? null,
  pausedReason: paused?.reason ?? null,
});

/** Selects each agent `a` with its counts and the values that lists are sorted by. */
export const overviewOf = (from: string) => `
  select ${agents.columnsOf("a")}, last_run.run as "lastRun",
    coalesce(extract(epoch from last_run.created_at), 0)::float8 as "latestRun",
    (select count(*)::int from agent_runs r where r.agent_id = a.id) as "runCount",
    schedules.total as "scheduleCount", schedules.has_paused as "hasPausedSchedule",
    triggers.total as "triggerCount", triggers.has_paused as "hasPausedTrigger",
    triggers.integration_ids as "integrationIds", triggers.integration_types as "integrationTypes"
  from ${from} a
  left join lateral (
    select to_jsonb(latest) as run, latest."createdAt" as created_at
    from (select ${agentRuns.columns} from agent_runs where agent_id = a.id order by agent_runs.id desc limit 1) latest
  ) last_run on true,
  lateral (select count(*)::int as total, coalesce(bool_or(s.enabled_at is null), false) as has_paused
    from agent_schedules s where s.agent_id = a.id) schedules,
  lateral (select count(*)::int as total, coalesce(bool_or(t.enabled_at is null), false) as has_paused,
      coalesce(array_agg(distinct t.integration_id) filter (where t.integration_id is not null), '{}') as integration_ids,
      coalesce(array_agg(distinct split_part(t.name, '.', 1)) filter (where t.name is not null), '{}') as integration_types
    from agent_triggers t where t.agent_id = a.id) triggers`;

export type OverviewRow = AgentRow &
  Omit<AgentOverview, keyof Agent | "lastRun"> & {
    readonly latestRun: number;
    readonly lastRun: JsonRun | null;
  };

/** A run as `to_jsonb` returns it, with timestamps as text. */
type JsonRun = {
  readonly [Field in keyof RunRow]: RunRow[Field] extends Date
    ? string
    : RunRow[Field] extends Date | null
      ? string | null
      : RunRow[Field];
};

export const toOverview = ({ latestRun: _, lastRun, ...row }: OverviewRow): AgentOverview => ({
  ...nested(row),
  lastRun: lastRun === null ? null : toRun(fromJson(lastRun)),
});

const fromJson = (run: JsonRun): RunRow => ({
  ...run,
  createdAt: new Date(run.createdAt),
  updatedAt: new Date(run.updatedAt),
  startedAt: run.startedAt === null ? null : new Date(run.startedAt),
  endedAt: run.endedAt === null ? null : new Date(run.endedAt),
});

export type RunRow = RowOf<typeof agentRuns>;

export const toRun = ({
  scriptExitCode,
  scriptOutput,
  requestId,
  traceparent,
  ...row
}: RunRow): AgentRun => ({
  ...row,
  request: requestId === null ? null : { id: requestId, traceparent },
  scriptResult: scriptExitCode === null ? null : { exitCode: scriptExitCode, output: scriptOutput ?? "" },
});

export const fromRun = ({ scriptResult, request, ...run }: AgentRun): RunRow => ({
  ...run,
  requestId: request?.id ?? null,
  traceparent: request?.traceparent ?? null,
  scriptExitCode: scriptResult?.exitCode ?? null,
  scriptOutput: scriptResult?.output ?? null,
});
