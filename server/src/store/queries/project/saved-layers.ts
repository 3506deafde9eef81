import type { Queries } from "../../../core/ports.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import { isInUse } from "./snapshots.ts";

export function savedLayerQueries(sql: Sql): Queries["savedLayers"] {
  return {
    async find(organizationId, digest) {
      const [row] = await sql.rows<{ readonly id: string }>(
        "select blob_id as id from saved_layers where organization_id = $1 and digest = $2",
        [organizationId, digest],
      );
      return row?.id ?? null;
    },

    async renew(organizationId, digest, at) {
      const rows = await sql.rows(
        "update saved_layers set saved_at = $3 where organization_id = $1 and digest = $2 returning digest",
        [organizationId, digest, at],
      );
      return rows.length > 0;
    },

    async delete(organizationId, digest, blobId) {
      await sql.rows("delete from saved_layers where organization_id = $1 and digest = $2 and blob_id = $3", [
        organizationId,
        digest,
        blobId,
      ]);
    },

    async insert({ organizationId, digest, blobId, savedAt }) {
      await sql.rows(query`
        insert into saved_layers (organization_id, digest, blob_id, saved_at)
        values (${organizationId}, ${digest}, ${blobId}, ${savedAt}) on conflict do nothing`);
    },

    async deleteUnused(before) {
      const rows = await sql.rows(
        `delete from saved_layers l where saved_at < $1 and not exists (
           select from project_snapshots s join projects p on p.id = s.project_id
           where p.organization_id = l.organization_id and l.digest = any (s.layers)
             and (${isInUse("s")} or s.archived_at is null and p.archived_at is null))
         returning digest`,
        [before],
      );
      return rows.length;
    },
  };
}
