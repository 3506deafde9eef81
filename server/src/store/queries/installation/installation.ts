import type { Queries } from "../../../core/ports.ts";
import type {
  ActiveTurns,
  DatabaseState,
  EngineQueue,
  InstallationProcess,
  InstallationState,
  LastTurn,
  Saves,
  WorkState,
} from "../../../core/turns/index.ts";
import type { Sql } from "../sql.ts";
import { listReservedPlaces } from "../turn/reserved-places.ts";

/** A worker without a heartbeat for 30 seconds is lost. Others remove its row. */
const isLive = "w.stopped_at is null and w.heartbeat_at > now() - interval '30 seconds'";
/** A server without a heartbeat for 15 seconds receives no forwarded requests. Others delete its row after an hour. */
const isLiveServer = "s.heartbeat_at > now() - interval '15 seconds'";
const maxProcesses = 500;
const maxDeliveries = 10_000;
const maxSessions = 200;
/** Condition that a row belongs to the organization. True for all rows if the parameter is null. */
const isOf = (table: string, parameter: string) =>
  `(${parameter}::uuid is null or ${table}.organization_id = ${parameter})`;
const msSince = (column: string) => `(extract(epoch from now() - ${column}) * 1000)::float8`;

interface WorkersRow {
  readonly accepting: number;
  readonly draining: number;
  readonly total: number;
  readonly free: number;
  readonly bytes: number;
  readonly freeBytes: number;
}

export function installationQueries(sql: Sql): Queries["installation"] {
  const one = async <T extends object>(text: string, values: readonly unknown[] = []) =>
    (await sql.rows<T>(text, values))[0]!;
  const readSaves = async (machineId: string): Promise<Saves> => {
    const unsaved = await one<Saves["unsaved"]>(
      `select count(*)::integer as sessions, max(${msSince("coalesce(t.started_at, f.saved_at)")}) as "oldestMs"
       from session_workspaces f
       join sessions s on s.id = f.session_id and s.deleted_at is null
       left join lateral (
         select min(started_at) as started_at from turns
         where session_id = f.session_id and (f.saved_at is null or started_at > f.saved_at)
       ) t on true
       where not f.is_current`,
    );
    const saved = await one<{ lastSavedAt: Date | null }>(
      'select max(saved_at) as "lastSavedAt" from session_workspaces where machine_id = $1',
      [machineId],
    );
    return { unsaved, ...saved };
  };
  const readTurns = (organizationId: string | null) =>
    sql.rows<ActiveTurns>(
      `select state, harness, count(*)::integer as count from (
         select coalesce(m.harness, s.harness) as harness, case
           when p.turn_id is not null and p.machine_id is null then 'waiting'
           when t.status = 'running' then 'running'
           else 'placed' end as state
         from turns t
         join sessions s on s.id = t.session_id
         join messages m on m.id = t.message_id
         left join turn_placements p on p.turn_id = t.id
         where t.status in ('queued', 'running') and ${isOf("s", "$1")}
       ) active group by state, harness order by state, harness`,
      [organizationId],
    );
  const readLongestWait = async (organizationId: string | null) => {
    const { longestWaitMs } = await one<Pick<WorkState, "longestWaitMs">>(
      `select max(${msSince("p.requested_at")}) as "longestWaitMs" from turn_placements p
       where p.machine_id is null and ${isOf("p", "$1")}`,
      [organizationId],
    );
    return longestWaitMs;
  };
  // A machine's queue has the name of the queue, "@" and the machine's ID.
  const readEngineQueues = () =>
    sql.rows<EngineQueue>(
      `select split_part(queue_name, '@', 1) as name,
         count(*) filter (where status <> 'PENDING')::integer as waiting,
         count(*) filter (where status = 'PENDING')::integer as running
       from dbos.workflow_status
       where status in ('ENQUEUED', 'DELAYED', 'PENDING') and queue_name is not null
       group by 1 order by 1 limit 50`,
      [],
    );
  return {
    async read(savingMachineId): Promise<InstallationState> {
      const turns = await readTurns(null);
      const longestWaitMs = await readLongestWait(null);
      const { accepting, draining, total, free, bytes, freeBytes } = await one<WorkersRow>(
        `select coalesce(sum(accepting), 0)::integer as accepting, coalesce(sum(draining), 0)::integer as draining,
           coalesce(sum(places), 0)::integer as total,
           coalesce(sum(greatest(places - taken, 0)), 0)::integer as free,
           coalesce(sum(bytes), 0)::float8 as bytes,
           coalesce(sum(greatest(bytes - reserved, 0)), 0)::float8 as "freeBytes"
         from (
           select count(*) filter (where not w.is_draining) as accepting,
             count(*) filter (where w.is_draining) as draining,
             coalesce(sum(w.turn_limit) filter (where not w.is_draining), 0) as places,
             coalesce(max(w.memory_bytes) filter (where not w.is_draining), 0) as bytes,
             coalesce(max(p.turns), 0) as taken, coalesce(max(p.bytes), 0) as reserved
           from workers w
           left join (
             select machine_id, count(*) as turns, sum(memory_bytes) as bytes from turn_placements group by machine_id
           ) p on p.machine_id = w.machine_id
           where ${isLive} group by w.machine_id
         ) machines`,
      );
      return {
        turns,
        longestWaitMs,
        workers: { accepting, draining },
        turnPlaces: { total, free },
        turnMemory: { totalBytes: bytes, freeBytes },
        saves: savingMachineId === null ? null : await readSaves(savingMachineId),
      };
    },

    async readWork(organizationId) {
      const countUpTo = (condition: string) =>
        `(select count(*)::integer from (
           select from outgoing_deliveries d where ${condition} and ${isOf("d", "$1")} limit ${maxDeliveries}
         ) counted)`;
      const webhookDeliveries = await one<WorkState["webhookDeliveries"]>(
        `select ${countUpTo("d.status = 'pending'")} as waiting,
           ${countUpTo("d.status = 'failed' and d.created_at > now() - interval '24 hours'")} as failed`,
        [organizationId],
      );
      return {
        turns: await readTurns(organizationId),
        longestWaitMs: await readLongestWait(organizationId),
        webhookDeliveries,
      };
    },

    listProcesses: () =>
      sql.rows<InstallationProcess>(
        // A process that is both server and worker has one ID.
        `select coalesce(w.id, s.id) as id, coalesce(w.host, s.host) as host,
           coalesce(w.machine_id, s.machine_id) as "machineId",
           array_remove(array[case when s.id is not null then 'server' end, case when w.id is not null then 'worker' end],
             null) as roles,
           case when not coalesce(${isLive}, true) or not coalesce(${isLiveServer}, true) then 'lost'
             when w.is_draining then 'draining' else 'running' end as state,
           coalesce(w.newest_migration, s.newest_migration) as "newestMigration",
           coalesce(w.release, s.release) as version,
           coalesce(w.free_disk_bytes, s.free_disk_bytes)::float8 as "freeDiskBytes",
           greatest(w.heartbeat_at, s.heartbeat_at) as "heartbeatAt",
           case when w.id is not null then json_build_object(
             'turnLimit', w.turn_limit, 'memoryBytes', w.memory_bytes, 'labels', w.labels) end as worker
         from (select * from workers where stopped_at is null) w full join servers s on s.id = w.id
         order by 1 limit ${maxProcesses}`,
        [],
      ),

    listReservedPlaces: () => listReservedPlaces(sql),

    async readDatabase() {
      const { hasEngine, ...state } = await one<Omit<DatabaseState, "queues"> & { hasEngine: boolean }>(
        `select pg_database_size(current_database())::float8 as bytes,
           (select max(name collate "C") from migrations) as "newestMigration",
           to_regclass('dbos.workflow_status') is not null as "hasEngine"`,
      );
      return { ...state, queues: hasEngine ? await readEngineQueues() : [] };
    },

    listLastTurns: (organizationId) =>
      sql.rows<LastTurn>(
        `select coalesce(m.harness, s.harness) as harness, coalesce(m.model, s.model) as model,
           case when m.model is null then s.provider else m.provider end as provider,
           t.error_code is not null as "isKeyRejected", t.ended_at as "endedAt"
         from (
           select * from sessions where organization_id = $1 and deleted_at is null
           order by updated_at desc, id desc limit ${maxSessions}
         ) s
         cross join lateral (select * from turns where session_id = s.id order by number desc limit 1) t
         join messages m on m.session_id = t.session_id and m.id = t.message_id
         where t.status = 'completed' or t.error_code = 'model_key_rejected'
         order by t.ended_at desc`,
        [organizationId],
      ),
  };
}
