import type { Queries } from "../../../core/ports.ts";
import type { SessionFile } from "../../../core/sessions/index.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import { containing, type Sql } from "../sql.ts";

/** Selects a session's files. `$1` is the session. */
const files = `(
  select id, path, created_at, updated_at, kind, blob_id, media_type from (
    select distinct on (a.id) a.id, 'attachments/' || a.id || '/' || a.name as path, a.created_at, a.created_at as updated_at,
      'attachment' as kind, a.blob_id, a.media_type
    from messages m
      join message_attachments u on u.message_id = m.id
      join attachments a on a.id = u.attachment_id
    where m.session_id = $1 and m.deleted_at is null
    order by a.id
  ) attached
  union all
  select f.id, coalesce(f.path, f.file_name, f.title), f.created_at, f.updated_at, 'artifact', null, f.content_type
  from artifacts f join artifact_files b on b.artifact_id = f.id where f.session_id = $1
) files`;

export function sessionFileQueries(sql: Sql): Queries["sessionFiles"] {
  return {
    async list(sessionId, page) {
      const where = new Conditions()
        .add("$::uuid is not null", sessionId)
        .addWhenSet("id < $", page.cursor)
        .addWhenSet("path ilike $", page.search === undefined ? undefined : containing(page.search));
      const limit = where.value(rowsToRead(page));
      const rows = await sql.rows<FileRow>(
        `select id, path, created_at, updated_at from ${files} where ${where.text} order by id desc limit ${limit}`,
        where.values,
      );
      return toPage(
        rows.map((row) => toFile(sessionId, row)),
        page,
      );
    },

    async find(sessionId, id) {
      const [row] = await sql.rows<FileRow & SourceRow>(`select * from ${files} where id = $2`, [
        sessionId,
        id,
      ]);
      if (row === undefined) return null;
      const { kind, blob_id: blobId, media_type: mediaType } = row;
      return {
        file: toFile(sessionId, row),
        source:
          kind === "artifact"
            ? { kind, contentType: mediaType }
            : { kind, blobId, mediaType: mediaType ?? "application/octet-stream" },
      };
    },
  };
}

interface FileRow {
  id: string;
  path: string;
  created_at: Date;
  updated_at: Date;
}

interface SourceRow {
  kind: "attachment" | "artifact";
  blob_id: string | null;
  media_type: string | null;
}

const toFile = (sessionId: string, row: FileRow): SessionFile => ({
  id: row.id,
  sessionId,
  path: row.path,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
