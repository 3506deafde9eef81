import type { Queries } from "../../../core/ports.ts";
import type { LongWait, WatchedTurn } from "../../../core/turns/index.ts";
import { query, raw } from "../query.ts";
import type { Sql } from "../sql.ts";
import { isAway, isNotIn, liveLabelSets } from "./live-workers.ts";

const sinceMs = (column: string) => `(extract(epoch from clock_timestamp() - ${column}) * 1000)::float8`;
const isActive = "t.status in ('queued', 'running')";

export function turnWatchQueries(sql: Sql): Queries["turnWatch"] {
  return {
    async candidates(startedBefore, limit) {
      const rows = await sql.rows<{ id: string }>(
        `select t.id from turns t join sessions s on s.id = t.session_id where ${isActive} and (
           t.stop_requested_at is not null
           or t.started_at <= $1 and not exists (
             select from turn_placements p where p.turn_id = t.id and p.machine_id is null)
         ) order by
           row_number() over (partition by s.organization_id order by t.stop_requested_at, t.started_at),
           t.stop_requested_at, t.started_at
         limit $2`,
        [startedBefore, limit],
      );
      return rows.map(({ id }) => id);
    },

    async lock(turnId) {
      await sql.rows("select lock_session(session_id) from turns where id = $1", [turnId]);
      const [row] = await sql.rows<
        PlaceRow & { readonly startedAt: Date | null; readonly stopRequestedAt: Date | null }
      >(
        `select t.started_at as "startedAt", t.stop_requested_at as "stopRequestedAt", p.turn_id is not null as "isPlaced",
           ${sinceMs("p.placed_at")} as "placedMs", ${sinceMs("worker.returned_at")} as "returnedMs",
           ${isAway("worker.heartbeat_at")} as "isAway"
         from turns t left join turn_placements p on p.turn_id = t.id
           cross join lateral (
             select max(returned_at) as returned_at, max(heartbeat_at) as heartbeat_at from workers
             where machine_id = p.machine_id and stopped_at is null
           ) worker
         where t.id = $1 and ${isActive}`,
        [turnId],
      );
      if (row === undefined) return null;
      const { startedAt, stopRequestedAt } = row;
      return { startedAt, stopRequestedAt, place: placeOf(row) };
    },

    longWaits: (forMs, limit) =>
      sql.rows<LongWait>(query`
        with label_sets as materialized (${raw(liveLabelSets)}), waits as (
          select p.turn_id, p.session_id, p.requested_at, p.shown_reason, case
              when f.machine_id is not null and not f.is_current and m.left_at is not null then 'holderAway'
              when not exists (select from workers where stopped_at is null and not is_draining) then 'noMachine'
              when f.machine_id is not null and not f.is_current then 'holderFull'
              else 'full' end as reason
          from turn_placements p left join session_workspaces f on f.session_id = p.session_id
            left join machines m on m.id = f.machine_id
          where p.machine_id is null and p.requested_at < now() - make_interval(secs => ${forMs}::float8 / 1000)
            and not (${raw(isNotIn("label_sets", "p.runs_on"))})
        )
        select w.turn_id as "turnId", w.session_id as "sessionId", t.message_id as "messageId", w.reason
        from waits w join turns t on t.id = w.turn_id
        where w.reason is distinct from w.shown_reason
        order by w.requested_at limit ${limit}`),

    async setShownReason(turnId, reason) {
      const rows = await sql.rows(
        `update turn_placements set shown_reason = $2
         where turn_id = $1 and machine_id is null and shown_reason is distinct from $2 returning turn_id`,
        [turnId, reason],
      );
      return rows.length > 0;
    },
  };
}

interface PlaceRow {
  readonly isPlaced: boolean;
  readonly placedMs: number | null;
  readonly returnedMs: number | null;
  readonly isAway: boolean;
}

function placeOf({ isPlaced, placedMs, returnedMs, isAway }: PlaceRow): WatchedTurn["place"] {
  if (!isPlaced) return { kind: "none" };
  if (placedMs === null) return { kind: "waiting" };
  return { kind: "placed", forMs: isAway ? 0 : Math.min(placedMs, returnedMs ?? placedMs) };
}
