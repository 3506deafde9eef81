import type { Queries } from "../../../core/ports.ts";
import type { Sql } from "../sql.ts";

type MasterKeyQueries = Pick<
  Queries["secrets"],
  "lockMasterKeys" | "masterKeyIds" | "lockWrappedByOthers" | "setWrapping"
>;

/** Queries for the rotation of the master key, across all kinds of rows and all organizations. */
export function masterKeyQueries(sql: Sql): MasterKeyQueries {
  return {
    // "use" takes the lock mode that every write to the table takes anyway. The other mode conflicts with those writes
    // and with itself.
    async lockMasterKeys(purpose) {
      const mode = purpose === "use" ? "row exclusive" : "share row exclusive";
      await sql.rows(`lock table secrets in ${mode} mode`, []);
    },

    async masterKeyIds() {
      const rows = await sql.rows<{ master_key_id: string }>(
        "select distinct master_key_id from secrets order by master_key_id",
        [],
      );
      return rows.map((row) => row.master_key_id);
    },

    async lockWrappedByOthers(masterKeyId, limit) {
      // Overrides the database server's setting, because the old key is deleted as soon as this commit is acknowledged.
      await sql.rows("select set_config('synchronous_commit', 'on', true)", []);
      const rows = await sql.rows<{ id: string; sealed: Buffer; master_key_id: string }>(
        `select id, sealed, master_key_id from secrets where master_key_id <> $1 order by id limit $2 for update`,
        [masterKeyId, limit],
      );
      return rows.map(({ id, sealed, master_key_id }) => ({
        id,
        sealed: { bytes: sealed, masterKeyId: master_key_id },
      }));
    },

    async setWrapping(id, sealed) {
      await sql.rows("update secrets set sealed = $2, master_key_id = $3 where id = $1", [
        id,
        sealed.bytes,
        sealed.masterKeyId,
      ]);
    },
  };
}
