import { AppError } from "../../../core/base/index.ts";
import type { Queries } from "../../../core/ports.ts";
import type { BuildLease, BuildLogEntry } from "../../../core/sessions/index.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import { isAway, isNotIn, liveLabelSets } from "../turn/live-workers.ts";
import { type BuildRow, fromBuild, storedProgress, toBuild } from "./build-row.ts";
import { projectBuildLogs, projectBuilds } from "./project-table.ts";

const isActive = "status in ('pending', 'running')";

/** Condition that the attempt holds the build. */
const isHeld = ({ buildId, attempt }: BuildLease) =>
  query`id = ${buildId} and attempt = ${attempt} and status = 'running'`;

export function projectBuildQueries(sql: Sql): Queries["projectBuilds"] {
  const findOne = async (where: string, values: readonly unknown[]) => {
    const [row] = await sql.rows<BuildRow>(
      `select ${projectBuilds.columns} from project_builds where ${where}`,
      values,
    );
    return row === undefined ? null : toBuild(row);
  };

  return {
    async insert(build) {
      await sql.rows(query`
        insert into project_builds (${projectBuilds.names}) values (${projectBuilds.values(fromBuild(build))})
        on conflict (id) do nothing`);
    },

    find: (projectId, id) => findOne("project_id = $1 and id = $2", [projectId, id]),

    findPending: (projectId) => findOne("project_id = $1 and status = 'pending'", [projectId]),

    async list(projectId, page) {
      const where = new Conditions().add("project_id = $", projectId).addWhenSet("id < $", page.cursor);
      const limit = where.value(rowsToRead(page));
      const rows = await sql.rows<BuildRow>(
        `select ${projectBuilds.columns} from project_builds where ${where.text} order by id desc limit ${limit}`,
        where.values,
      );
      return toPage(rows.map(toBuild), page);
    },

    async refreshPending(projectId, recipe) {
      await sql.rows(query`
        update project_builds set ${projectBuilds.set({ recipe })}
        where project_id = ${projectId} and status = 'pending' and rebuild_of is null`);
    },

    async makeManual(id) {
      const rows = await sql.rows(query`
        update project_builds set ${projectBuilds.set({ trigger: "manual" })}
        where id = ${id} and status = 'pending' returning id`);
      return rows.length > 0;
    },

    async cancel(projectId, id, at) {
      const rows = await sql.rows(
        `update project_builds set status = 'cancelled', ended_at = $3
         where project_id = $1 and id = $2 and ${isActive} returning id`,
        [projectId, id, at],
      );
      return rows.length > 0;
    },

    async cancelActive(projectId, at) {
      await sql.rows(
        `update project_builds set status = 'cancelled', ended_at = $2 where project_id = $1 and ${isActive}`,
        [projectId, at],
      );
    },

    // Locks the project, so that two servers never start two builds of it.
    async claim({ workerId, at, staleBefore, maxAttempts }) {
      const [row] = await sql.rows<BuildRow>(
        `update project_builds set status = 'running', attempt = attempt + 1, worker_id = $1, heartbeat_at = $2,
           started_at = coalesce(started_at, $2), attempt_started_at = $2
         where id = (
           select b.id from project_builds b join projects p on p.id = b.project_id
           where p.archived_at is null
             and p.runs_on <@ coalesce((select labels from workers where workers.id::text = $1), '{}') and (
             b.status = 'pending' and not exists (select from project_builds other
               where other.project_id = b.project_id and other.status = 'running')
             or b.status = 'running' and b.heartbeat_at < $3 and b.attempt < $4)
           order by b.id limit 1 for no key update skip locked
         ) and ${isActive}
         returning ${projectBuilds.columns}`,
        [workerId, at, staleBefore, maxAttempts],
      );
      if (row === undefined) return null;
      return { build: toBuild(row), lease: { buildId: row.id, attempt: row.attempt } };
    },

    lockWithoutMachine: (limit) =>
      sql.rows<{ readonly id: string; readonly runsOn: readonly string[] }>(
        `with label_sets as materialized (${liveLabelSets})
         select b.id, p.runs_on as "runsOn" from project_builds b join projects p on p.id = b.project_id
         where b.status = 'pending' and b.log_bytes = 0 and p.archived_at is null and ${isNotIn("label_sets", "p.runs_on")}
         limit $1 for no key update of b skip locked`,
        [limit],
      ),

    async release(workerId) {
      await sql.rows(
        "update project_builds set heartbeat_at = to_timestamp(0) where worker_id = $1 and status = 'running'",
        [workerId],
      );
    },

    async takeSessionNumber() {
      const [row] = await sql.rows<{ number: number }>(
        query`select nextval(pg_get_serial_sequence('sessions', 'number'))::int as number`,
      );
      return row!.number;
    },

    async failLost({ staleBefore, maxAttempts, failure, at }) {
      const rows = await sql.rows(
        `update project_builds set status = 'failed', failure = $3, ended_at = $4
         where status = 'running' and heartbeat_at < $1 and attempt >= $2 returning id`,
        [staleBefore, maxAttempts, failure, at],
      );
      return rows.length;
    },

    async failOverdue({ startedBefore, marginMs, failure, at }) {
      const rows = await sql.rows(
        `update project_builds b set status = 'failed', failure = $2, ended_at = $3
         where status = 'running' and attempt_started_at < $1 and not exists (
           select from workers w where w.id::text = b.worker_id
             and (w.returned_at > now() - make_interval(secs => $4::float8 / 1000) or ${isAway("w.heartbeat_at")}))
         returning id`,
        [startedBefore, failure, at, marginMs],
      );
      return rows.length;
    },

    async heartbeat(lease, { at, progress, identity }) {
      const change = { identity, ...(progress && { progress: storedProgress(progress) }) };
      const rows = await sql.rows(
        change.identity === undefined && progress === undefined
          ? query`update project_builds set heartbeat_at = ${at} where ${isHeld(lease)} returning id`
          : query`update project_builds set heartbeat_at = ${at}, ${projectBuilds.set(change)}
              where ${isHeld(lease)} returning id`,
      );
      requireHeld(rows);
    },

    async lockLog(lease) {
      const rows = await sql.rows<{ bytes: number }>(
        query`select log_bytes as bytes from project_builds where ${isHeld(lease)} for no key update`,
      );
      return requireHeld(rows);
    },

    async appendLog(buildId, text, at) {
      await sql.rows(
        `insert into project_build_logs (${projectBuildLogs.names})
         select $1, coalesce(max(seq), 0) + 1, $2, $3 from project_build_logs where build_id = $1`,
        [buildId, text, at],
      );
      await sql.rows("update project_builds set log_bytes = log_bytes + $2 where id = $1", [
        buildId,
        Buffer.byteLength(text),
      ]);
    },

    async readLog(buildId, afterSeq, limit) {
      return sql.rows<BuildLogEntry>(
        "select seq, text from project_build_logs where build_id = $1 and seq > $2 order by seq limit $3",
        [buildId, afterSeq, limit],
      );
    },

    async findActive(buildIds) {
      const rows = await sql.rows<{ id: string }>(
        `select id from project_builds where id = any($1) and ${isActive}`,
        [buildIds],
      );
      return rows.map(({ id }) => id);
    },

    async deleteBefore(at) {
      const rows = await sql.rows(
        `with old as (
           select b.id from project_builds b join projects p on p.id = b.project_id
           where b.ended_at < $1 and (p.archived_at is not null or exists (
             select from project_builds newer where newer.project_id = b.project_id and newer.id > b.id))
         ), logs as (
           delete from project_build_logs where build_id in (select id from old)
         )
         delete from project_builds where id in (select id from old) returning id`,
        [at],
      );
      return rows.length;
    },

    async end(lease, end, at) {
      const { status } = end;
      const result = end.status === "completed" ? { snapshotId: end.snapshotId } : { failure: end.failure };
      const rows = await sql.rows(query`
        update project_builds set ${projectBuilds.set({ status, ...result, endedAt: at })}
        where ${isHeld(lease)} returning id`);
      requireHeld(rows);
    },
  };
}

function requireHeld<T>([row]: readonly T[]): T {
  if (row !== undefined) return row;
  throw new AppError("fenced", "The build has ended, or another worker has taken it over.");
}
