import type { CredentialName, SealedCredential } from "../../../core/access/index.ts";
import { type Clock, newId } from "../../../core/base/index.ts";
import type { Queries } from "../../../core/ports.ts";
import type { Sql } from "../sql.ts";

type CredentialQueries = Pick<
  Queries["secrets"],
  "credentialNames" | "findCredential" | "saveCredential" | "insertCredential" | "deleteCredential"
>;

const insertion = `insert into secrets
  (id, organization_id, kind, name, version, sealed, master_key_id, created_at, updated_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $8)`;

/** Providers' keys and certificate authorities, which lie in the table of the secrets and are none of them. */
export function credentialQueries(sql: Sql, clock: Clock): CredentialQueries {
  const valuesOf = (organizationId: string, of: CredentialName, { version, sealed }: SealedCredential) => [
    newId(),
    organizationId,
    of.kind,
    of.name,
    version,
    sealed.bytes,
    sealed.masterKeyId,
    clock.now(),
  ];
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

    async saveCredential(organizationId, of, credential) {
      await sql.rows(
        `${insertion} on conflict (organization_id, kind, name) do update set version = excluded.version,
           sealed = excluded.sealed, master_key_id = excluded.master_key_id, updated_at = excluded.updated_at`,
        valuesOf(organizationId, of, credential),
      );
    },

    async insertCredential(organizationId, of, credential) {
      await sql.rows(
        `${insertion} on conflict (organization_id, kind, name) do nothing`,
        valuesOf(organizationId, of, credential),
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
