import type { Queries } from "../../../core/ports.ts";
import type { SessionAttempt } from "../../../core/sessions/index.ts";
import { query, raw } from "../query.ts";
import type { Sql } from "../sql.ts";
import { sessionAttempts } from "./attempt-table.ts";

export function attemptQueries(sql: Sql): Queries["attempts"] {
  const ofGroup = (organizationId: string, groupId: string, lock: string) =>
    sql.rows<SessionAttempt>(query`
      select ${sessionAttempts.columnsOf("attempt")}
      from session_attempts attempt join sessions on sessions.id = attempt.session_id
      where attempt.group_id = ${groupId} and sessions.organization_id = ${organizationId} and sessions.deleted_at is null
      order by attempt.number ${raw(lock)}`);

  return {
    async insert(attempts) {
      await sql.rows(query`
        insert into session_attempts (${sessionAttempts.names})
        select ${sessionAttempts.names} from ${sessionAttempts.unnest(attempts)} as one (${sessionAttempts.names})`);
    },

    async find(sessionId) {
      const [row] = await sql.rows<SessionAttempt>(
        query`select ${sessionAttempts.columns} from session_attempts where session_id = ${sessionId}`,
      );
      return row ?? null;
    },

    ofGroup: (organizationId, groupId) => ofGroup(organizationId, groupId, ""),
    lockGroup: (organizationId, groupId) => ofGroup(organizationId, groupId, "for update of attempt"),

    async setState(sessionId, state) {
      await sql.rows("update session_attempts set state = $2, problem = null where session_id = $1", [
        sessionId,
        state,
      ]);
    },

    async setEnded(sessionId) {
      await sql.rows(
        "update session_attempts set state = 'ended', problem = null where session_id = $1 and state = 'ending'",
        [sessionId],
      );
    },

    async setProblem(sessionId, problem) {
      await sql.rows("update session_attempts set problem = $2 where session_id = $1 and state = 'ending'", [
        sessionId,
        problem,
      ]);
    },
  };
}
