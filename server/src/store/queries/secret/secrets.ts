import type { SealedSecret, Secret, SecretBinding } from "../../../core/access/index.ts";
import type { Clock } from "../../../core/base/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import { containing, type Sql } from "../sql.ts";
import { storableJson } from "../storable.ts";
import { credentialQueries } from "./credentials.ts";
import { masterKeyQueries } from "./master-keys.ts";

const columns = "id, organization_id, name, version, binding, created_at, updated_at";
const withValue = `${columns}, sealed, master_key_id`;

export function secretQueries(sql: Sql, clock: Clock): Queries["secrets"] {
  return {
    ...masterKeyQueries(sql),
    ...credentialQueries(sql, clock),

    async insert(secret, sealed) {
      await sql.rows(
        `insert into secrets (${withValue}, kind) values ($1, $2, $3, $4, $5::jsonb, $6, $7, $8, $9, 'secret')
         on conflict (id) do nothing`,
        [
          secret.id,
          secret.organizationId,
          secret.key,
          secret.version,
          bindingJson(secret),
          secret.createdAt,
          secret.updatedAt,
          sealed.bytes,
          sealed.masterKeyId,
        ],
      );
    },

    async find(organizationId, id) {
      const [row] = await sql.rows<SecretRow>(
        `select ${columns} from secrets where organization_id = $1 and id = $2 and kind = 'secret'`,
        [organizationId, id],
      );
      return row === undefined ? null : toSecret(row);
    },

    async lock(organizationId, id) {
      const [row] = await sql.rows<SealedRow>(
        `select ${withValue} from secrets where organization_id = $1 and id = $2 and kind = 'secret' for update`,
        [organizationId, id],
      );
      return row === undefined ? null : toSealedSecret(row);
    },

    async update(secret, sealed) {
      await sql.rows(
        `update secrets set name = $3, version = $4, binding = $5::jsonb, updated_at = $6, sealed = $7,
           master_key_id = $8
         where organization_id = $1 and id = $2 and kind = 'secret'`,
        [
          secret.organizationId,
          secret.id,
          secret.key,
          secret.version,
          bindingJson(secret),
          secret.updatedAt,
          sealed.bytes,
          sealed.masterKeyId,
        ],
      );
    },

    async setBinding(secret) {
      await sql.rows(
        `update secrets set binding = $3::jsonb, updated_at = $4
         where organization_id = $1 and id = $2 and kind = 'secret'`,
        [secret.organizationId, secret.id, bindingJson(secret), secret.updatedAt],
      );
    },

    async delete(organizationId, id) {
      await sql.rows("delete from secrets where organization_id = $1 and id = $2 and kind = 'secret'", [
        organizationId,
        id,
      ]);
    },

    async list(organizationId, page) {
      const where = new Conditions()
        .add("organization_id = $", organizationId)
        .also("kind = 'secret'")
        .addWhenSet("id < $", page.cursor)
        .addWhenSet("name ilike $", page.search === undefined ? undefined : containing(page.search));
      const limit = where.value(rowsToRead(page));
      const rows = await sql.rows<SecretRow>(
        `select ${columns} from secrets where ${where.text} order by id desc limit ${limit}`,
        where.values,
      );
      return toPage(rows.map(toSecret), page);
    },

    async listSealed(organizationId) {
      const rows = await sql.rows<SealedRow>(
        `select ${withValue} from secrets where organization_id = $1 and kind = 'secret' order by name`,
        [organizationId],
      );
      return rows.map(toSealedSecret);
    },
  };
}

const bindingJson = ({ binding }: Secret) => (binding === null ? null : storableJson(binding));

interface SecretRow {
  id: string;
  organization_id: string;
  name: string;
  version: number;
  binding: SecretBinding | null;
  created_at: Date;
  updated_at: Date;
}

interface SealedRow extends SecretRow {
  sealed: Buffer;
  master_key_id: string;
}

const toSecret = (row: SecretRow): Secret => ({
  id: row.id,
  organizationId: row.organization_id,
  key: row.name,
  version: row.version,
  binding: row.binding,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const toSealedSecret = (row: SealedRow): SealedSecret => ({
  secret: toSecret(row),
  sealed: { bytes: row.sealed, masterKeyId: row.master_key_id },
});
