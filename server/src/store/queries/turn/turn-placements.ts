import type { Queries } from "../../../core/ports.ts";
import { sizedSandboxes } from "../../../core/sessions/index.ts";
import type { PlacementState, UnreportedTurn, WaitingTurn } from "../../../core/turns/index.ts";
import { type Query, query, raw } from "../query.ts";
import type { Sql } from "../sql.ts";
import { hasWorker, isAlive, isNotIn, liveLabelSets } from "./live-workers.ts";
import { listReservedPlaces } from "./reserved-places.ts";

const lockKey = 7_203_615_003;
/** Limits of one page of waiting turns. The placer reads another page as long as it can place turns. */
const maxOldest = 100;
const maxGroups = 200;
const maxPerGroup = 10;
/** Condition that the worker accepts turns. */
const accepts = `w.machine_id is not null and not w.is_draining and ${isAlive}`;
const hasNoWorker =
  "not exists (select from workers w where w.machine_id = p.machine_id and w.version = p.version)";

export function turnPlacementQueries(sql: Sql): Queries["turnPlacements"] {
  // Locks what the labels come from. A concurrent change therefore precedes this statement, or its trigger finds the row.
  const request = (turnIds: Query, version: number | null, onConflict: Query) => query`
      with notified as (select pg_notify('tembo_placement', '')),
      requested as materialized (
        select t.id as turn_id, s.id, s.organization_id, s.project_id, s.sandbox_size, s.runs_on
        from turns t join sessions s on s.id = t.session_id
        where t.id ${turnIds} and t.status in ('queued', 'running')
        for share of s
      ), locked as materialized (
        select id, runs_on from projects where id in (select project_id from requested) for share
      )
      insert into turn_placements (turn_id, session_id, organization_id, memory_bytes, cpus, runs_on, requested_at, version)
      select s.turn_id, s.id, s.organization_id, size.memory_bytes, size.cpus,
        coalesce(s.runs_on, p.runs_on, '{}'), now(), ${version}::integer
      from notified, requested s left join locked p on p.id = s.project_id
        join unnest(${sizes.names}::text[], ${sizes.memoryBytes}::bigint[], ${sizes.cpus}::integer[])
          as size (name, memory_bytes, cpus) on size.name = s.sandbox_size
      on conflict (turn_id) ${onConflict} returning turn_id as id`;

  return {
    async request(turnId) {
      const [row] = await sql.rows<{ has_worker: boolean }>(query`
        with placed as (${request(query`= ${turnId}`, null, raw("do nothing"))})
        select ${raw(hasWorker)} as has_worker`);
      return row!.has_worker;
    },

    async release(turnIds, version) {
      const released = raw("do update set machine_id = null, placed_at = null, version = excluded.version");
      const rows = await sql.rows<{ id: string }>(
        request(query`= any(${turnIds}::uuid[])`, version, released),
      );
      return rows.map(({ id }) => id);
    },

    async hasWork(version) {
      const [row] = await sql.rows<{ found: boolean }>(
        `select exists (
           select from turn_placements where machine_id is null and (version is null or version <= $1)
         ) or exists (
           select from turn_placements p where p.machine_id is not null and ${hasNoWorker}
         ) as found`,
        [version],
      );
      return row!.found;
    },

    async lock() {
      await sql.rows("select pg_advisory_xact_lock($1)", [lockKey]);
    },

    async releaseLost() {
      const rows = await sql.rows<{ id: string }>(
        `update turn_placements p set machine_id = null, placed_at = null
         where p.machine_id is not null and ${hasNoWorker} returning turn_id as id`,
        [],
      );
      return rows.map(({ id }) => id);
    },

    async state(version) {
      const waiting = await readWaiting(sql, version);
      if (waiting.length === 0) return { waiting, machines: [], runningBytes: new Map() };
      return { waiting, ...(await readMachines(sql, version)) };
    },

    async avoidMachines(turnIds) {
      await sql.rows(
        `with notified as (select pg_notify('tembo_placement', ''))
         update turn_placements set avoided_machine_id = machine_id, machine_id = null, placed_at = null
         from notified where turn_id = any($1) and machine_id is not null`,
        [turnIds],
      );
    },

    async renew(turnId) {
      const renewed = raw(
        `do update set machine_id = null, placed_at = null, version = null, avoided_machine_id = null,
           requested_at = excluded.requested_at`,
      );
      await sql.rows(request(query`= ${turnId}`, null, renewed));
    },

    async dropEnded() {
      const rows = await sql.rows(
        `delete from turn_placements p using turns t
         where t.id = p.turn_id and t.status not in ('queued', 'running') returning p.turn_id`,
        [],
      );
      return rows.length;
    },

    unreported: (limit) =>
      sql.rows<UnreportedTurn>(
        `with label_sets as materialized (${liveLabelSets}), missing as materialized (
           select runs_on from (
             select distinct runs_on from turn_placements where machine_id is null and not is_reported and runs_on <> '{}'
           ) requested where ${isNotIn("label_sets", "requested.runs_on")}
         )
         select p.turn_id as "turnId", p.session_id as "sessionId", t.message_id as "messageId",
           p.runs_on as "runsOn"
         from missing join turn_placements p using (runs_on) join turns t on t.id = p.turn_id
         where p.machine_id is null and not p.is_reported
         limit $1`,
        [limit],
      ),

    async setReported({ turnId, runsOn }) {
      await sql.rows("update turn_placements set is_reported = true where turn_id = $1 and runs_on = $2", [
        turnId,
        runsOn,
      ]);
    },

    async place(turnId, machineId, version) {
      const [row] = await sql.rows<{ isNew: boolean }>(
        `update turn_placements p set machine_id = $2, placed_at = now(), version = $3, is_reported = false,
           shown_reason = null
         from turn_placements earlier
         where p.turn_id = $1 and p.machine_id is null and earlier.turn_id = p.turn_id
         returning earlier.version is null as "isNew"`,
        [turnId, machineId, version],
      );
      return row?.isNew ?? false;
    },
  };
}

const sizes = {
  names: sizedSandboxes.map(({ size }) => size),
  memoryBytes: sizedSandboxes.map(({ memoryBytes }) => memoryBytes),
  cpus: sizedSandboxes.map(({ cpus }) => cpus),
};

/**
 * Returns the oldest turns overall, and the oldest ones of each group. A group contains the waiting turns of one
 * organization with the same labels, so that turns for busy machines do not hide turns for other machines. Leaves out
 * turns whose labels no machine has. At the limit, every organization has a group before any has a second one. The
 * recursion visits each group once in the index, and does not read all waiting turns.
 */
function readWaiting(sql: Sql, version: number): Promise<WaitingTurn[]> {
  return sql.rows<WaitingTurn>(query`
    with recursive label_sets (labels) as materialized (
      select distinct machine_labels(w.machine_id) from workers w where ${raw(accepts)} and w.version = ${version}
    ), turn_groups (organization_id, runs_on) as (
      (select organization_id, runs_on from turn_placements where machine_id is null
       order by organization_id, runs_on limit 1)
      union all
      select next.organization_id, next.runs_on from turn_groups cross join lateral (
        select organization_id, runs_on from turn_placements
        where machine_id is null and (organization_id, runs_on) > (turn_groups.organization_id, turn_groups.runs_on)
        order by organization_id, runs_on limit 1
      ) next
    ), page (turn_id) as (
      (select turn_id from turn_placements p
       where machine_id is null and exists (select from label_sets where p.runs_on <@ label_sets.labels)
       order by requested_at, turn_id limit ${maxOldest})
      union
      select oldest.turn_id from (
          select * from turn_groups where exists (select from label_sets where turn_groups.runs_on <@ label_sets.labels)
          order by row_number() over (partition by organization_id order by runs_on) limit ${maxGroups}
        ) turn_group
        cross join lateral (
          select turn_id from turn_placements
          where machine_id is null and organization_id = turn_group.organization_id and runs_on = turn_group.runs_on
          order by requested_at, turn_id limit ${maxPerGroup}
        ) oldest
    )
    select p.turn_id as "turnId", p.organization_id as "organizationId", p.memory_bytes::float8 as "memoryBytes",
      p.runs_on as "runsOn",
      w.machine_id as "holderId", 
      case when m.id is not null
        then coalesce(extract(epoch from clock_timestamp() - m.left_at) * 1000, 0)::float8 end as "holderAbsentMs",
      p.avoided_machine_id as "avoidedId",
      case when w.is_current then 'newest' when w.workspace_blob_id is not null then 'older' else 'none' end as saved,
      (extract(epoch from clock_timestamp() - p.requested_at) * 1000)::float8 as "waitedMs"
    from page join turn_placements p using (turn_id) left join session_workspaces w on w.session_id = p.session_id
      left join machines m on m.id = w.machine_id
    where p.version is null or p.version <= ${version}`);
}

async function readMachines(
  sql: Sql,
  version: number,
): Promise<Pick<PlacementState, "machines" | "runningBytes">> {
  const machines = await sql.rows<Omit<PlacementState["machines"][number], "turns" | "reservedBytes">>(
    `select w.machine_id as id, machine_labels(w.machine_id) as labels, sum(w.turn_limit)::integer as "turnLimit", max(w.memory_bytes)::float8 as "memoryBytes"
     from workers w
     where ${accepts} and w.version = $1
     group by w.machine_id`,
    [version],
  );
  const running = await listReservedPlaces(sql);
  const runningBytes = new Map<string, number>();
  for (const { organizationId, bytes } of running)
    runningBytes.set(organizationId, (runningBytes.get(organizationId) ?? 0) + bytes);
  return {
    machines: machines.map((machine) => {
      const own = running.filter(({ machineId }) => machineId === machine.id);
      return {
        ...machine,
        turns: own.reduce((sum, { turns }) => sum + turns, 0),
        reservedBytes: own.reduce((sum, { bytes }) => sum + bytes, 0),
      };
    }),
    runningBytes,
  };
}
