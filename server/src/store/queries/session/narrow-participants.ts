import type { SessionFilter } from "../../../core/sessions/index.ts";
import type { Sql } from "../sql.ts";
import type { NarrowedFilter } from "./session-conditions.ts";

/**
 * Maximum number of sessions of participants who count as rare. Above this number, a scan from the newest session finds
 * matches quickly.
 */
export const maxRareSessions = 5_000;

const text = `select count(*)::integer as sessions from (
  select from session_participants where participant = any ($1) limit ${maxRareSessions + 1}) as took_part`;

/**
 * Sets `areParticipantsRare` if the participants took part in few sessions. Without this flag, the query would check
 * every session of the organization to find those few.
 */
export async function narrowParticipants(sql: Sql, filter: SessionFilter): Promise<NarrowedFilter> {
  if (filter.participants === undefined) return filter;
  const [row] = await sql.rowsWithFreshPlan<{ sessions: number }>(text, [filter.participants]);
  return { ...filter, areParticipantsRare: row!.sessions <= maxRareSessions };
}
