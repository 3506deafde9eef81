import type { Queries } from "../../../core/ports.ts";
import type { Attachment } from "../../../core/sessions/index.ts";
import { attachments } from "../message/message-table.ts";
import { query } from "../query.ts";
import { visibleTo } from "../session/session-conditions.ts";
import type { Sql } from "../sql.ts";

const unused = "not exists (select from message_attachments where attachment_id = attachments.id)";

export function attachmentQueries(sql: Sql): Queries["attachments"] {
  return {
    async lockOrganization(organizationId) {
      await sql.rows("select pg_advisory_xact_lock(hashtextextended('attachments:' || $1, 0))", [
        organizationId,
      ]);
      const [row] = await sql.rows<{ total: number }>(
        "select coalesce(sum(size_bytes), 0)::float8 as total from attachments where organization_id = $1",
        [organizationId],
      );
      return row!.total;
    },

    async findContent(organizationId, sha256) {
      const [row] = await sql.rows<{ id: string }>(
        `select blobs.id from attachments join blobs on blobs.id = attachments.blob_id
         where attachments.organization_id = $1 and attachments.sha256 = $2 limit 1 for key share of blobs`,
        [organizationId, sha256],
      );
      return row?.id ?? null;
    },

    async insert(attachment, uploadedBy) {
      await sql.rows(query`
        insert into attachments (${attachments.names}, uploaded_by)
        values (${attachments.values(attachment)}, ${uploadedBy}) on conflict (id) do nothing`);
    },

    async findVisible({ organizationId, userId }, ids) {
      const rows = await sql.rows<Attachment>(
        `select ${attachments.columns} from attachments where organization_id = $1 and id = any($2::uuid[])
           and (uploaded_by = $3::uuid or exists (
             select from message_attachments u join messages m on m.id = u.message_id
               join sessions s on s.id = m.session_id
             where u.attachment_id = attachments.id and m.deleted_at is null and s.deleted_at is null
               and ${visibleTo("$3::uuid", "s")}))`,
        [organizationId, ids, userId],
      );
      return rows;
    },

    async listUnused(before, limit) {
      const rows = await sql.rows<{ id: string }>(
        `select id from attachments where created_at < $1 and ${unused} order by created_at limit $2`,
        [before, limit],
      );
      return rows.map(({ id }) => id);
    },

    async deleteUnused(ids) {
      // Locks the rows first. Either the next statement sees the message that uses an attachment, or the message waits
      // for the lock and finds the attachment deleted.
      await sql.rows("select from attachments where id = any($1) order by id for update", [ids]);
      const rows = await sql.rows<{ blob_id: string | null }>(
        `delete from attachments where id = any($1) and ${unused} returning blob_id`,
        [ids],
      );
      return rows.map(({ blob_id }) => blob_id).filter((id) => id !== null);
    },

    findOrganizations: (sha256) =>
      sql.rows<{ id: string; lacksBlob: boolean }>(
        `select organization_id as id, bool_or(blob_id is null) as "lacksBlob" from attachments where sha256 = $1
         group by organization_id`,
        [sha256],
      ),

    async setBlob(organizationId, sha256, blobId) {
      await sql.rows(
        "update attachments set blob_id = $3 where organization_id = $1 and sha256 = $2 and blob_id is null",
        [organizationId, sha256, blobId],
      );
    },
  };
}
