import type { BlobPlace } from "../../../core/base/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import type { RowOf } from "../table.ts";
import { blobs, isUnused, toBlob } from "./blob-table.ts";

export function blobQueries(sql: Sql): Queries["blobs"] {
  return {
    async insert(blob, { bytes, masterKeyId }) {
      const row = { ...blob, sealedKey: bytes, masterKeyId };
      await sql.rows(
        query`insert into blobs (${blobs.names}) values (${blobs.values(row)}) on conflict (id) do nothing`,
      );
    },

    async find(organizationId, id) {
      const [row] = await sql.rows<RowOf<typeof blobs>>(
        `select ${blobs.columns} from blobs where organization_id = $1 and id = $2`,
        [organizationId, id],
      );
      return row === undefined ? null : toBlob(row);
    },

    async deleteUnused(ids) {
      // Locks the rows first. Either the next statement sees the row that refers to a blob, or that row waits for the
      // lock and its foreign key fails.
      await sql.rows("select from blobs where id = any($1) order by id for update", [ids]);
      return await sql.rows<BlobPlace>(
        `delete from blobs where id = any($1) and ${isUnused} returning id, organization_id as "organizationId", kind`,
        [ids],
      );
    },

    async listUnused(before, { afterId, limit }) {
      const rows = await sql.rows<{ id: string }>(
        `select id from blobs where created_at < $1 and ($2::uuid is null or id > $2) and ${isUnused}
         order by id limit $3`,
        [before, afterId, limit],
      );
      return rows.map(({ id }) => id);
    },

    async hasAny() {
      const [row] = await sql.rows<{ found: boolean }>(query`select exists (select from blobs) as found`);
      return row!.found;
    },

    async withoutRow(places) {
      const rows = await sql.rows<{ id: string }>(
        `select place.id from unnest($1::uuid[], $2::uuid[]) as place (id, organization_id)
         join organizations on organizations.id = place.organization_id
         where not exists (select from blobs where blobs.id = place.id)`,
        [places.map(({ id }) => id), places.map(({ organizationId }) => organizationId)],
      );
      return rows.map(({ id }) => id);
    },

    async existing(ids) {
      const rows = await sql.rows<{ id: string }>("select id from blobs where id = any($1)", [ids]);
      return rows.map(({ id }) => id);
    },
  };
}
