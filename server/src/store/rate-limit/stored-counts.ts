import type pg from "pg";
import type { CountChange, StoredCount } from "./rate-counter.ts";

/** Time limit of a statement. Requests wait for it, so a broken connection must not block them all. */
const timeLimit = { query_timeout: 10_000 };

/**
 * Changes counts in one statement, and returns them. A change starts a new window if the stored one has ended. Locks the
 * rows in the order of their keys, so that the statements of several servers cannot block each other.
 *
 * The previous version counts each request in the same rows.
 */
export async function changeCounts(
  pool: Pick<pg.Pool, "query">,
  changes: readonly CountChange[],
  now: number,
): Promise<ReadonlyMap<string, StoredCount>> {
  const { rows } = await pool.query<StoredCount & { readonly key: string }>({
    name: "tembo_change_counts",
    ...timeLimit,
    text: `
      insert into rate_limits as stored (key, points, expire)
      select key, points, expire from unnest($1::text[], $2::integer[], $3::bigint[]) as change (key, points, expire)
      where points >= 0 or exists (select from rate_limits known where known.key = change.key)
      order by key
      on conflict (key) do update set
        points = case
          when excluded.points >= 0 and stored.expire <= $4 then excluded.points
          when excluded.points >= 0 then stored.points + excluded.points
          when stored.expire = excluded.expire then greatest(stored.points + excluded.points, 0)
          else stored.points end,
        expire = case when excluded.points >= 0 and stored.expire <= $4 then excluded.expire else stored.expire end
      returning key, points, expire::float8 as "endsAt"`,
    values: [
      changes.map(({ key }) => key),
      changes.map(({ points }) => points),
      changes.map(({ endsAt }) => endsAt),
      now,
    ],
  });
  return new Map(rows.map(({ key, points, endsAt }) => [key, { points, endsAt }]));
}

/**
 * Deletes the counts whose windows ended before `at`, in milliseconds since 1970. Skips counts that another statement
 * changes. Otherwise, it could lock counts in another order than that statement, and cause a deadlock.
 */
export async function deleteCounts(pool: Pick<pg.Pool, "query">, at: number): Promise<void> {
  await pool.query({
    name: "tembo_delete_counts",
    ...timeLimit,
    text: `delete from rate_limits where key in (
      select key from rate_limits where expire < $1 for update skip locked)`,
    values: [at],
  });
}
