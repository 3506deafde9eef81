import type { Queries } from "../../../core/ports.ts";
import type { WorkedRun } from "../../../core/sessions/index.ts";
import { lockLease, writeUnderLease } from "../lease.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import { fromRun, type RunRow, toRun } from "./agent-row.ts";
import { agentRuns } from "./agent-table.ts";

export function agentRunQueries(sql: Sql): Queries["agentRuns"] {
  return {
    async insert(run) {
      await sql.rows(query`
        insert into agent_runs (${agentRuns.names}) values (${agentRuns.values(fromRun(run))})
        on conflict (id) do nothing`);
    },

    async find(agentId, id) {
      const [row] = await sql.rows<RunRow>(
        `select ${agentRuns.columns} from agent_runs where agent_id = $1 and id = $2`,
        [agentId, id],
      );
      return row === undefined ? null : toRun(row);
    },

    async list(agentId, page) {
      const where = new Conditions().add("agent_id = $", agentId).addWhenSet("id < $", page.cursor);
      const limit = where.value(rowsToRead(page));
      const rows = await sql.rows<RunRow>(
        `select ${agentRuns.columns} from agent_runs where ${where.text} order by id desc limit ${limit}`,
        where.values,
      );
      return toPage(rows.map(toRun), page);
    },

    async ofSession(sessionId) {
      const [row] = await sql.rows<RunRow>(
        `select ${agentRuns.columns} from agent_runs where session_id = $1`,
        [sessionId],
      );
      return row === undefined ? null : toRun(row);
    },

    async busy(agentId, before) {
      const [row] = await sql.rows<{ running: number; earlier: number }>(
        `select count(*) filter (where status = 'running')::int as running,
           count(*) filter (where status = 'queued' and id < $2)::int as earlier
         from agent_runs where agent_id = $1 and status in ('queued', 'running')`,
        [agentId, before],
      );
      return { running: row!.running, earlierQueued: row!.earlier };
    },

    async countQueued(agentId) {
      const [row] = await sql.rows<{ count: number }>(
        "select count(*)::int as count from agent_runs where agent_id = $1 and status = 'queued'",
        [agentId],
      );
      return row!.count;
    },

    async startable(limit) {
      const rows = await sql.rows<RunRow>(
        `select distinct on (agent_id) ${agentRuns.columns} from agent_runs r
         where status = 'queued' and not exists (
           select from agents a join agent_runs other on other.agent_id = a.id
           where a.id = r.agent_id and a.overlap = 'queue' and other.status = 'running')
         order by agent_id, id limit $1`,
        [limit],
      );
      return rows.map(toRun);
    },

    async start(id, { sessionId, script, at }) {
      await sql.rows(
        `update agent_runs set status = 'running', session_id = $2, script = $3, started_at = $4, updated_at = $4
         where id = $1 and status = 'queued'`,
        [id, sessionId, script, at],
      );
    },

    async worked(limit) {
      const rows = await sql.rows<
        RunRow & { turnStatus: WorkedRun["turn"]["status"]; turnError: string | null }
      >(
        `select ${agentRuns.columnsOf("r")}, coalesce(t.status, 'cancelled') as "turnStatus", t.error_message as "turnError"
         from agent_runs r left join turns t on t.session_id = r.session_id and t.number = 1
         where r.status = 'running'
           and (r.session_id is null or t.status in ('completed', 'failed', 'cancelled'))
         order by r.id limit $1`,
        [limit],
      );
      return rows.map(({ turnStatus, turnError, ...run }) => ({
        run: toRun(run),
        turn: { status: turnStatus, error: turnError },
      }));
    },

    async end(id, { status, errorMessage, at }) {
      const rows = await sql.rows(
        `update agent_runs set status = $2, error_message = $3, ended_at = $4, updated_at = $4
         where id = $1 and ended_at is null returning id`,
        [id, status, errorMessage, at],
      );
      return rows.length > 0;
    },

    async latestEndings(agentId, since, limit) {
      const rows = await sql.rows<{ status: "completed" | "failed" }>(
        `select status from agent_runs
         where agent_id = $1 and created_at >= $2 and status in ('completed', 'failed')
         order by ended_at desc, id desc limit $3`,
        [agentId, since, limit],
      );
      return rows.map(({ status }) => status);
    },

    setScriptResult: (lease, { exitCode, output }) =>
      writeUnderLease(sql, lease, {
        statement: query`
          update agent_runs set script_exit_code = ${exitCode}, script_output = ${output} from ${lockLease(lease)}
          where session_id = ${lease.sessionId} and status = 'running' returning id`,
        otherwise: `Session ${lease.sessionId} does not belong to a run.`,
      }),
  };
}
