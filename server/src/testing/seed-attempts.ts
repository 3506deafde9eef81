import type pg from "pg";

/** Makes the sessions attempts at the same task. */
export async function seedAttempts(
  pool: Pick<pg.Pool, "query">,
  sessionIds: readonly [string, ...string[]],
): Promise<void> {
  await pool.query(
    `insert into session_attempts (session_id, group_id, number, count)
     select id, $2, number, $3 from unnest($1::uuid[]) with ordinality as one (id, number)`,
    [sessionIds, sessionIds[0], sessionIds.length],
  );
}
