import type { Secret } from "../../../core/access/index.ts";
import type { Clock } from "../../../core/base/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import { query } from "../query.ts";
import { containing, type Sql } from "../sql.ts";
import { credentialQueries } from "./credentials.ts";
import { masterKeyQueries } from "./master-keys.ts";
import { fromSealedSecret, type SealedRow, sealedSecrets, secrets, toSealedSecret } from "./secret-table.ts";

export function secretQueries(sql: Sql, clock: Clock): Queries["secrets"] {
  return {
    ...masterKeyQueries(sql),
    ...credentialQueries(sql, clock),

    async insert(secret, sealed) {
      const row = fromSealedSecret(secret, sealed);
      await sql.rows(query`
        insert into secrets (${sealedSecrets.names}, kind) values (${sealedSecrets.values(row)}, 'secret')
        on conflict (id) do nothing`);
    },

    async find(organizationId, id) {
      const [row] = await sql.rows<Secret>(
        `select ${secrets.columns} from secrets where organization_id = $1 and id = $2 and kind = 'secret'`,
        [organizationId, id],
      );
      return row ?? null;
    },

    async lock(organizationId, id) {
      const [row] = await sql.rows<SealedRow>(
        `select ${sealedSecrets.columns} from secrets where organization_id = $1 and id = $2 and kind = 'secret' for update`,
        [organizationId, id],
      );
      return row === undefined ? null : toSealedSecret(row);
    },

    async update(secret, sealed) {
      const row = fromSealedSecret(secret, sealed);
      await sql.rows(query`
        update secrets set ${sealedSecrets.set(row, "id", "organizationId", "createdAt")}
        where organization_id = ${secret.organizationId} and id = ${secret.id} and kind = 'secret'`);
    },

    async setBinding({ organizationId, id, binding, updatedAt }) {
      await sql.rows(query`
        update secrets set ${secrets.set({ binding, updatedAt })}
        where organization_id = ${organizationId} and id = ${id} and kind = 'secret'`);
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
      const rows = await sql.rows<Secret>(
        `select ${secrets.columns} from secrets where ${where.text} order by id desc limit ${limit}`,
        where.values,
      );
      return toPage(rows, page);
    },

    async listSealed(organizationId) {
      const rows = await sql.rows<SealedRow>(
        `select ${sealedSecrets.columns} from secrets where organization_id = $1 and kind = 'secret' order by name`,
        [organizationId],
      );
      return rows.map(toSealedSecret);
    },
  };
}
