import type { RowBytes } from "../../../core/base/index.ts";
import type { Queries } from "../../../core/ports.ts";
import type { Artifact } from "../../../core/sessions/index.ts";
import { lockLease, writeUnderLease } from "../lease.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import { type Query, query, raw } from "../query.ts";
import { addVisible } from "../session/session-conditions.ts";
import type { Sql } from "../sql.ts";
import { artifactColumns, artifacts, sizeBytes } from "./artifact-table.ts";

/**
 * Matches an artifact of an organization by its ID. Artifacts of a deleted session are excluded, although their rows
 * remain until they are purged.
 */
const isThere = "sessions.organization_id = $1 and sessions.deleted_at is null and artifacts.id = $2";
/** Lists omit the content, which may be large. */
const shownColumns = `${artifacts.without("content").columnsOf("artifacts")}, ${sizeBytes} as "sizeBytes", '' as content`;

export function artifactQueries(sql: Sql): Queries["artifacts"] {
  return {
    async find(organizationId, id) {
      const [row] = await sql.rows<Artifact>(
        `select ${artifactColumns} from artifacts join sessions on sessions.id = artifacts.session_id
         where ${isThere}`,
        [organizationId, id],
      );
      return row ?? null;
    },

    async list(organizationId, page) {
      const where = new Conditions()
        .add("sessions.organization_id = $", organizationId)
        .also("sessions.deleted_at is null")
        .addWhenSet("artifacts.id < $", page.cursor)
        .addWhenSet("artifacts.session_id = $", page.sessionId)
        .addWhenSet("artifacts.turn_id::text = $", page.turnId)
        .addWhenSet("artifacts.type = any($::text[])", page.types);
      addVisible(where, page.viewerUserId);
      const limit = where.value(rowsToRead(page));
      const rows = await sql.rows<Artifact>(
        `select ${shownColumns} from artifacts join sessions on sessions.id = artifacts.session_id
         where ${where.text} order by artifacts.id desc limit ${limit}`,
        where.values,
      );
      return toPage(rows, page);
    },

    insert: (lease, artifact, file) =>
      writeUnderLease(sql, lease, {
        // The artifact belongs to the turn that holds the lease.
        statement: insertion(
          { ...artifact, sessionId: lease.sessionId, turnId: lease.turnId },
          query`from ${lockLease(lease)}`,
          file,
        ),
        otherwise: `Session ${lease.sessionId} was not found.`,
      }),

    async add(artifact, file) {
      await sql.rows(insertion(artifact, raw(""), file));
    },

    async delete(organizationId, id) {
      const rows = await sql.rows(
        `delete from artifacts using sessions
         where sessions.id = artifacts.session_id and ${isThere}
         returning artifacts.id`,
        [organizationId, id],
      );
      return rows.length > 0;
    },

    async findFile(organizationId, id) {
      const [row] = await sql.rows<RowBytes>(
        `select bytes, blob_id as "blobId" from artifact_files
         join artifacts on artifacts.id = artifact_id join sessions on sessions.id = artifacts.session_id
         where ${isThere}`,
        [organizationId, id],
      );
      return row ?? null;
    },

    async totals(sessionId) {
      const [row] = await sql.rows<{ count: number; bytes: number }>(
        `select count(*)::integer as count, coalesce(sum(${sizeBytes}), 0)::float8 as bytes
         from artifacts where session_id = $1`,
        [sessionId],
      );
      return row!;
    },

    async setContent(id, { title, content }, at) {
      await sql.rows("update artifacts set title = $2, content = $3, updated_at = $4 where id = $1", [
        id,
        title,
        content,
        at,
      ]);
    },
  };
}

function insertion({ sizeBytes: _, ...artifact }: Artifact, from: Query, file: RowBytes | null): Query {
  return query`
    with artifact as (
      insert into artifacts (${artifacts.names})
      select ${artifacts.values({ ...artifact, updatedAt: artifact.createdAt })} ${from}
      on conflict (id) do update set updated_at = artifacts.updated_at returning id
    ), content as (
      insert into artifact_files (artifact_id, bytes, blob_id)
      select id, ${file?.bytes ?? null}::bytea, ${file?.blobId ?? null}::uuid from artifact where ${file !== null}
      on conflict (artifact_id) do nothing
    )
    select id from artifact`;
}
