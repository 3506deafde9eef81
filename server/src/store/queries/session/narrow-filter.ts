import type { SessionFilter } from "../../../core/sessions/index.ts";
import type { Sql } from "../sql.ts";
import { isUnresolvedFailure } from "./attention.ts";
import type { NarrowedFilter } from "./session-conditions.ts";

/**
 * Maximum number of sessions that count as rare. Above this number, a scan from the newest session finds matches
 * quickly. Below it, such a scan could read every session of the organization.
 */
export const maxRareSessions = 5_000;

/** Adds to the filter whether the sessions of its participants, and failed sessions, are rare. */
export async function narrowFilter(
  sql: Sql,
  organizationId: string,
  filter: SessionFilter,
): Promise<NarrowedFilter> {
  const { participants, needsPerson } = filter;
  const isRare = async (from: string, value: unknown) => {
    const [row] = await sql.rowsWithFreshPlan<{ sessions: number }>(
      `select count(*)::integer as sessions from (select from ${from} limit ${maxRareSessions + 1}) as found`,
      [value],
    );
    return row!.sessions <= maxRareSessions;
  };
  return {
    ...filter,
    ...(participants !== undefined && {
      areParticipantsRare: await isRare("session_participants where participant = any ($1)", participants),
    }),
    ...(needsPerson === true && {
      areFailuresRare: await isRare(
        `sessions where organization_id = $1 and ${isUnresolvedFailure("sessions")}`,
        organizationId,
      ),
    }),
  };
}
