import type { Queries } from "../../../core/ports.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";

/** Maximum number of requests stored per organization. Older requests are deleted. */
const maxKeptKeys = 10_000;

interface KnownRow {
  request_hash: Buffer;
  created_at: Date;
  status: number | null;
  answer: string | null;
  has_changes: boolean;
}

export function idempotencyQueries(sql: Sql): Queries["idempotency"] {
  return {
    async take({ organizationId, userId, key, hash, at }, { forgetBefore, abandonedBefore }) {
      const taken = await sql.rows(query`
        insert into idempotent_requests as known (organization_id, user_id, key, request_hash, created_at)
        values (${organizationId}, ${userId}, ${key}, ${hash}, ${at})
        on conflict (organization_id, user_id, key) do update
          set request_hash = excluded.request_hash, created_at = excluded.created_at, status = null, answer = null,
              has_changes = false
          where known.created_at < ${forgetBefore} or (
            known.status is null and not known.has_changes and known.created_at < ${abandonedBefore}
          )
        returning key`);
      if (taken.length > 0) {
        await sql.rows(
          `delete from idempotent_requests where organization_id = $1 and (user_id, key) in (
             select user_id, key from idempotent_requests where organization_id = $1
             order by created_at desc, user_id, key offset ${maxKeptKeys})`,
          [organizationId],
        );
        return null;
      }
      const [row] = await sql.rows<KnownRow>(
        `select request_hash, created_at, status, answer, has_changes from idempotent_requests
         where organization_id = $1 and user_id = $2 and key = $3`,
        [organizationId, userId, key],
      );
      // The key was released between the two statements. The next request with the key finds it free.
      if (row === undefined) return { hash, at, answer: null, isInterrupted: false };
      const { request_hash, created_at, status, answer, has_changes } = row;
      return {
        hash: request_hash,
        at: created_at,
        answer: status === null ? null : { status, body: answer },
        isInterrupted: status === null && has_changes && created_at < abandonedBefore,
      };
    },

    async finish({ organizationId, userId, key, at }, { status, body }) {
      await sql.rows(
        `update idempotent_requests set status = $5, answer = $6
         where organization_id = $1 and user_id = $2 and key = $3 and created_at = $4`,
        [organizationId, userId, key, at, status, body],
      );
    },

    async release({ organizationId, userId, key, at }, { keepsChanges }) {
      await sql.rows(
        `delete from idempotent_requests
         where organization_id = $1 and user_id = $2 and key = $3 and created_at = $4 and status is null
           and not (has_changes and $5)`,
        [organizationId, userId, key, at, keepsChanges],
      );
    },

    async deleteBefore(at) {
      const rows = await sql.rows("delete from idempotent_requests where created_at < $1 returning key", [
        at,
      ]);
      return rows.length;
    },
  };
}
