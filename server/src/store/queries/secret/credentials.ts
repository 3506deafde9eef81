import type { CredentialName, SealedCredential } from "../../../core/access/index.ts";
import { type Clock, newId } from "../../../core/base/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import { credentials } from "./secret-table.ts";

type CredentialQueries = Pick<
  Queries["secrets"],
  | "credentialNames"
  | "findCredential"
  | "findCredentials"
  | "saveCredential"
  | "insertCredential"
  | "deleteCredential"
>;

/**
 * Queries for credentials, such as provider keys and certificate authorities. They share the `secrets` table, but the API does not list them as
 * secrets.
 */
export function credentialQueries(sql: Sql, clock: Clock): CredentialQueries {
  const insertion = (organizationId: string, of: CredentialName, { version, sealed }: SealedCredential) => {
    const at = clock.now();
    const row = {
      ...{ id: newId(), organizationId, kind: of.kind, name: of.name, version },
      ...{ sealed: sealed.bytes, masterKeyId: sealed.masterKeyId, createdAt: at, updatedAt: at },
    };
    return query`insert into secrets (${credentials.names}) values (${credentials.values(row)})`;
  };
  return {
    async credentialNames(organizationId, kind) {
      const rows = await sql.rows<{ name: string }>(
        "select name from secrets where organization_id = $1 and kind = $2 order by name",
        [organizationId, kind],
      );
      return rows.map(({ name }) => name);
    },

    async findCredential(organizationId, of) {
      const [row] = await sql.rows<{ version: number; sealed: Buffer; master_key_id: string }>(
        "select version, sealed, master_key_id from secrets where organization_id = $1 and kind = $2 and name = $3",
        [organizationId, of.kind, of.name],
      );
      if (row === undefined) return null;
      return { version: row.version, sealed: { bytes: row.sealed, masterKeyId: row.master_key_id } };
    },

    async findCredentials(organizationId, kind, names) {
      const rows = await sql.rows<{ name: string; version: number; sealed: Buffer; master_key_id: string }>(
        `select name, version, sealed, master_key_id from secrets
         where organization_id = $1 and kind = $2 and name = any($3) order by name`,
        [organizationId, kind, names],
      );
      return rows.map(({ name, version, sealed, master_key_id }) => ({
        ...{ name, version, sealed: { bytes: sealed, masterKeyId: master_key_id } },
      }));
    },

    async saveCredential(organizationId, of, credential) {
      await sql.rows(
        query`${insertion(organizationId, of, credential)}
          on conflict (organization_id, kind, name) do update set version = excluded.version,
            sealed = excluded.sealed, master_key_id = excluded.master_key_id, updated_at = excluded.updated_at`,
      );
    },

    async insertCredential(organizationId, of, credential) {
      await sql.rows(
        query`${insertion(organizationId, of, credential)} on conflict (organization_id, kind, name) do nothing`,
      );
    },

    async deleteCredential(organizationId, of) {
      await sql.rows("delete from secrets where organization_id = $1 and kind = $2 and name = $3", [
        organizationId,
        of.kind,
        of.name,
      ]);
    },
  };
}
