import type { Queries } from "../../../core/ports.ts";
import type { Sql } from "../sql.ts";
import { storableJson } from "../storable.ts";

export function sessionChainQueries(sql: Sql): Queries["sessionChains"] {
  return {
    async insertChild({ sessionId, parentId, rootId, depth }) {
      await sql.rows(
        `insert into child_sessions (session_id, parent_id, root_id, depth) values ($1, $2, $3, $4)
         on conflict (session_id) do nothing`,
        [sessionId, parentId, rootId, depth],
      );
    },

    async findChild(sessionId) {
      const [row] = await sql.rows<{ parent_id: string; root_id: string; depth: number }>(
        "select parent_id, root_id, depth from child_sessions where session_id = $1",
        [sessionId],
      );
      return row === undefined
        ? null
        : { sessionId, parentId: row.parent_id, rootId: row.root_id, depth: row.depth };
    },

    async turnDescendantsPrivate(sessionId, at) {
      await sql.rows(
        `with recursive below (id) as (
           select session_id from child_sessions where parent_id = $1
           union select c.session_id from child_sessions c join below b on c.parent_id = b.id
         )
         update sessions set visibility = 'private', updated_at = $2
         where id in (select id from below) and visibility <> 'private'`,
        [sessionId, at],
      );
    },

    async countChildren(rootId) {
      const [row] = await sql.rows<{ count: number }>(
        "select count(*)::integer as count from child_sessions where root_id = $1",
        [rootId],
      );
      return row!.count;
    },

    async readState(rootId) {
      const rows = await sql.rows<{ key: string; value: unknown }>(
        "select key, value from session_states where root_id = $1 order by key",
        [rootId],
      );
      return new Map(rows.map(({ key, value }) => [key, value]));
    },

    async setState(rootId, key, value, at) {
      await sql.rows(
        `insert into session_states (root_id, key, value, updated_at) values ($1, $2, $3::jsonb, $4)
         on conflict (root_id, key) do update set value = excluded.value, updated_at = excluded.updated_at`,
        [rootId, key, storableJson(value), at],
      );
    },

    async forgetState(rootId, key) {
      await sql.rows("delete from session_states where root_id = $1 and key = $2", [rootId, key]);
    },
  };
}
