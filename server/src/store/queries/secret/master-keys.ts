import type { Sealed } from "../../../core/base/index.ts";
import type { Queries } from "../../../core/ports.ts";
import type { Sql } from "../sql.ts";

type MasterKeyQueries = Pick<
  Queries["secrets"],
  | "lockMasterKeys"
  | "currentMasterKey"
  | "setCurrentMasterKey"
  | "masterKeyIds"
  | "lockWrappedByOthers"
  | "setWrapping"
>;

/**
 * Columns with sealed values. Each of their tables has the columns `id` and `master_key_id`, and the trigger that rejects replaced master
 * keys. A test compares the list with the schema.
 */
export const sealedColumns = [
  { table: "secrets", column: "sealed" },
  { table: "blobs", column: "sealed_key" },
  { table: "push_keys", column: "sealed_key" },
] as const;

/** Queries for the rotation of the master key, across all kinds of rows and all organizations. */
export function masterKeyQueries(sql: Sql): MasterKeyQueries {
  return {
    // "use" takes the lock mode that every write to the table of secrets takes anyway. The other mode conflicts with
    // those writes and with itself. Writers to other tables call this before they seal a value.
    async lockMasterKeys(purpose) {
      const mode = purpose === "use" ? "row exclusive" : "share row exclusive";
      await sql.rows(`lock table secrets in ${mode} mode`, []);
    },

    async currentMasterKey() {
      const [row] = await sql.rows<{ id: string }>("select id from master_keys where is_current", []);
      return row?.id ?? null;
    },

    async setCurrentMasterKey(id) {
      await commitDurably(sql);
      await sql.rows("update master_keys set is_current = false where is_current and id <> $1", [id]);
      await sql.rows(
        "insert into master_keys (id, is_current) values ($1, true) on conflict (id) do update set is_current = true",
        [id],
      );
    },

    async masterKeyIds() {
      const rows = await sql.rows<{ master_key_id: string }>(
        `${sealedColumns.map(({ table }) => `select master_key_id from ${table}`).join(" union ")}
         union select id from master_keys where is_current order by 1`,
        [],
      );
      return rows.map((row) => row.master_key_id);
    },

    async lockWrappedByOthers(masterKeyId, limit) {
      await commitDurably(sql);
      const found: { id: string; sealed: Sealed }[] = [];
      for (const { table, column } of sealedColumns) {
        const rows = await sql.rows<{ id: string; sealed: Buffer; master_key_id: string }>(
          `select id, ${column} as sealed, master_key_id from ${table}
           where master_key_id <> $1 order by id limit $2 for update`,
          [masterKeyId, limit - found.length],
        );
        for (const { id, sealed, master_key_id } of rows)
          found.push({ id, sealed: { bytes: sealed, masterKeyId: master_key_id } });
      }
      return found;
    },

    async setWrapping(id, { bytes, masterKeyId }) {
      // IDs are unique across tables, so at most one table has the row.
      for (const { table, column } of sealedColumns)
        await sql.rows(`update ${table} set ${column} = $2, master_key_id = $3 where id = $1`, [
          id,
          bytes,
          masterKeyId,
        ]);
    },
  };
}

/** Overrides the database server's setting, because the old key is deleted as soon as the commit is acknowledged. */
async function commitDurably(sql: Sql): Promise<void> {
  await sql.rows("select set_config('synchronous_commit', 'on', true)", []);
}
