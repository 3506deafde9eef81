import type { Queries } from "../../../core/ports.ts";
import type { ActiveTurns, InstallationState, Saves } from "../../../core/turns/index.ts";
import type { Sql } from "../sql.ts";

/** A worker without a heartbeat for 30 seconds is lost. Others remove its row. */
const isLive = "w.stopped_at is null and w.heartbeat_at > now() - interval '30 seconds'";
const msSince = (column: string) => `(extract(epoch from now() - ${column}) * 1000)::float8`;

interface WorkersRow {
  readonly accepting: number;
  readonly draining: number;
  readonly total: number;
  readonly free: number;
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
  return {
    async read(savingMachineId): Promise<InstallationState> {
      const turns = await sql.rows<ActiveTurns>(
        `select state, harness, count(*)::integer as count from (
           select coalesce(m.harness, s.harness) as harness, case
             when p.turn_id is not null and p.machine_id is null then 'waiting'
             when t.status = 'running' then 'running'
             else 'placed' end as state
           from turns t
           join sessions s on s.id = t.session_id
           join messages m on m.id = t.message_id
           left join turn_placements p on p.turn_id = t.id
           where t.status in ('queued', 'running')
         ) active group by state, harness order by state, harness`,
        [],
      );
      const wait = await one<{ longestWaitMs: number | null }>(
        `select max(${msSince("requested_at")}) as "longestWaitMs" from turn_placements where machine_id is null`,
      );
      const { accepting, draining, total, free } = await one<WorkersRow>(
        `select coalesce(sum(accepting), 0)::integer as accepting, coalesce(sum(draining), 0)::integer as draining,
           coalesce(sum(places), 0)::integer as total,
           coalesce(sum(greatest(places - taken, 0)), 0)::integer as free
         from (
           select count(*) filter (where not w.is_draining) as accepting,
             count(*) filter (where w.is_draining) as draining,
             coalesce(sum(w.turn_limit) filter (where not w.is_draining), 0) as places,
             (select count(*) from turn_placements p where p.machine_id = w.machine_id) as taken
           from workers w where ${isLive} group by w.machine_id
         ) machines`,
      );
      return {
        turns,
        ...wait,
        workers: { accepting, draining },
        turnPlaces: { total, free },
        saves: savingMachineId === null ? null : await readSaves(savingMachineId),
      };
    },
  };
}
