import type { Queries } from "../../../core/ports.ts";
import type { ListedMachine, UnsavedSession } from "../../../core/turns/index.ts";
import type { Sql } from "../sql.ts";

/** A worker without a heartbeat for 30 seconds is lost. Others remove its row. */
const isListed = "w.stopped_at is null and w.heartbeat_at > now() - interval '30 seconds'";
/** A worker without a recent heartbeat may be lost, so it receives no turns. */
const isAlive = "w.stopped_at is null and w.heartbeat_at > now() - interval '5 seconds'";
const maxUnsaved = 1_000;
const stoppedBeforeSave = "The machine's workers stopped before they saved its files.";

export function machineQueries(sql: Sql): Queries["machines"] {
  return {
    list: () =>
      sql.rows<ListedMachine>(
        `select w.machine_id as id, min(w.host) as host, sum(w.turn_limit)::integer as "turnLimit",
           json_agg(json_build_object('id', w.id, 'isDraining', w.is_draining) order by w.started_at, w.id) as workers,
           (select count(*)::integer from turn_placements p where p.machine_id = w.machine_id) as turns,
           (select count(*)::integer from session_workspaces s
            where s.machine_id = w.machine_id and not s.is_current) as "unsavedSessions"
         from workers w where w.machine_id is not null and ${isListed}
         group by w.machine_id order by min(w.started_at), w.machine_id`,
        [],
      ),

    async drain(workerIds) {
      await sql.rows("update workers set is_draining = true where id = any($1) and not is_draining", [
        workerIds,
      ]);
    },

    async isDraining(workerId) {
      const [row] = await sql.rows<{ isDraining: boolean }>(
        'select is_draining as "isDraining" from workers where id = $1',
        [workerId],
      );
      return row?.isDraining ?? false;
    },

    async acceptsTurns(machineId) {
      const [row] = await sql.rows<{ found: boolean }>(
        `select exists (select from workers w where w.machine_id = $1 and not w.is_draining and ${isAlive}) as found`,
        [machineId],
      );
      return row!.found;
    },

    async othersAcceptTurns(machineId, version) {
      const [row] = await sql.rows<{ found: boolean }>(
        `select exists (
           select from workers w
           where w.machine_id <> $1 and w.version >= $2 and not w.is_draining and ${isAlive}
         ) as found`,
        [machineId, version],
      );
      return row!.found;
    },

    async releaseQueued(machineId, waitingQueue) {
      await sql.rows(
        `with free as (
           select f.workflow_uuid as id, p.turn_id
           from turn_placements p join dbos.workflow_status f on f.workflow_uuid = p.turn_id::text
           where p.machine_id = $1 and f.status = 'ENQUEUED' and not exists (
             select from workers w where w.machine_id = $1 and not w.is_draining and ${isAlive}
           )
           for update of f skip locked
         ), withdrawn as (
           update dbos.workflow_status f set queue_name = $2 from free
           where f.workflow_uuid = free.id returning free.turn_id
         ), released as (
           update turn_placements p set machine_id = null, placed_at = null from withdrawn
           where p.turn_id = withdrawn.turn_id returning p.turn_id
         )
         select pg_notify('tembo_placement', '') from released limit 1`,
        [machineId, waitingQueue],
      );
    },

    listUnsaved: (machineId) =>
      sql.rows<UnsavedSession>(
        `select f.session_id as "sessionId", coalesce(f.unsaved_reason, $2) as reason
         from session_workspaces f join sessions s on s.id = f.session_id
         where f.machine_id = $1 and not f.is_current and s.deleted_at is null
           and (f.unsaved_reason is not null
             or not exists (select from workers w where w.machine_id = $1 and ${isListed}))
         order by f.session_id limit ${maxUnsaved}`,
        [machineId, stoppedBeforeSave],
      ),
  };
}
