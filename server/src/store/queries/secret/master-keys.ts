import type { Sealed } from "../../../core/base/index.ts";
import type { Queries } from "../../../core/ports.ts";
import type { Sql } from "../sql.ts";

type MasterKeyQueries = Pick<
  Queries["secrets"],
  "lockMasterKeys" | "masterKeyIds" | "lockWrappedByOthers" | "setWrapping"
>;

/**
 * Columns with sealed values. Each of their tables has the columns `id` and `master_key_id`. A test compares the list with the schema.
 */
export const sealedColumns = [
  { table: "secrets", column: "sealed" },
  { table: "blobs", column: "sealed_key" },
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

    async masterKeyIds() {
      const rows = await sql.rows<{ master_key_id: string }>(
        `${sealedColumns.map(({ table }) => `select master_key_id from ${table}`).join(" union ")} order by 1`,
        [],
      );
      return rows.map((row) => row.master_key_id);
    },

    async lockWrappedByOthers(masterKeyId, limit) {
      // Overrides the database server's setting, because the old key is deleted as soon as this commit is acknowledged.
      await sql.rows("select set_config('synchronous_commit', 'on', true)", []);
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
