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

    async lockContent(sha256) {
      await sql.rows("select pg_advisory_xact_lock(hashtextextended('attachment:' || $1, 0))", [sha256]);
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
      return sql.rows<{ id: string; sha256: string }>(
        `select id, sha256 from attachments where created_at < $1 and ${unused} order by created_at limit $2`,
        [before, limit],
      );
    },

    async deleteUnused(id, sha256) {
      // Locks the row first. Either the next statement sees the message that uses the attachment, or the message waits
      // for the lock and finds the attachment deleted.
      await sql.rows("select from attachments where id = $1 for update", [id]);
      await sql.rows(`delete from attachments where id = $1 and ${unused}`, [id]);
      const rows = await sql.rows("select from attachments where sha256 = $1 limit 1", [sha256]);
      return rows.length === 0;
    },
  };
}
