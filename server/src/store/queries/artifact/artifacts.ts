import type { Queries } from "../../../core/ports.ts";
import type { Artifact, ArtifactType } from "../../../core/sessions/index.ts";
import { writeUnderLease } from "../lease.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import { addVisible } from "../session/session-conditions.ts";
import type { Sql } from "../sql.ts";

/** Of an organization, by its id; what is of a deleted session is gone with it, though its rows stay until they are purged. */
const isThere = "sessions.organization_id = $1 and sessions.deleted_at is null and artifacts.id = $2";
/** Postgres keeps the length of a value beside it: it is told without reading it. */
const sizeBytes = `coalesce(
  (select octet_length(bytes) from artifact_files where artifact_id = artifacts.id), octet_length(artifacts.content))`;
const shownColumns = `artifacts.id, artifacts.session_id, artifacts.turn_id, artifacts.type, artifacts.title,
  artifacts.output_type, artifacts.description, artifacts.file_name, artifacts.content_type,
  ${sizeBytes} as size_bytes, artifacts.created_at, artifacts.updated_at,
  artifacts.category, artifacts.related_pull_request_urls, artifacts.asset_id, artifacts.path`;

export const artifactColumns = `${shownColumns}, artifacts.content`;

export function artifactQueries(sql: Sql): Queries["artifacts"] {
  return {
    async find(organizationId, id) {
      const [row] = await sql.rows<ArtifactRow>(
        `select ${artifactColumns} from artifacts join sessions on sessions.id = artifacts.session_id
         where ${isThere}`,
        [organizationId, id],
      );
      return row === undefined ? null : toArtifact(row);
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
      const rows = await sql.rows<ArtifactRow>(
        `select ${shownColumns}, '' as content from artifacts join sessions on sessions.id = artifacts.session_id
         where ${where.text} order by artifacts.id desc limit ${limit}`,
        where.values,
      );
      return toPage(rows.map(toArtifact), page);
    },

    insert: (lease, artifact, bytes) =>
      writeUnderLease(sql, lease, {
        text: insertion(
          "select $1, $2, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12, $13, $14, $15, $16 from hold_lease($1, $2, $3)",
          "$17",
        ),
        values: valuesOf(artifact, bytes),
        otherwise: `There is no session ${lease.sessionId}.`,
      }),

    async add(artifact, bytes) {
      await sql.rows(
        insertion("values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11, $12, $13, $14, $15)", "$16"),
        [artifact.sessionId, artifact.turnId, ...valuesOf(artifact, bytes)],
      );
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

    async readFile(organizationId, id) {
      const [row] = await sql.rows<{ bytes: Buffer }>(
        `select bytes from artifact_files
         join artifacts on artifacts.id = artifact_id join sessions on sessions.id = artifacts.session_id
         where ${isThere}`,
        [organizationId, id],
      );
      return row?.bytes ?? null;
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

/** `row` gives the columns in their order, `bytes` names the value of the file's. */
const insertion = (row: string, bytes: string) =>
  `with artifact as (
     insert into artifacts (session_id, turn_id, id, type, title, output_type, content, description, file_name,
       created_at, updated_at, content_type, category, related_pull_request_urls, asset_id, path)
     ${row}
     on conflict (id) do update set updated_at = artifacts.updated_at returning id
   ), file as (
     insert into artifact_files (artifact_id, bytes) select id, ${bytes} from artifact where ${bytes}::bytea is not null
     on conflict (artifact_id) do nothing
   )
   select id from artifact`;

const valuesOf = (artifact: Artifact, bytes: Buffer | null): unknown[] => [
  artifact.id,
  artifact.type,
  artifact.title,
  artifact.outputType,
  artifact.content,
  artifact.description,
  artifact.fileName,
  artifact.createdAt,
  artifact.contentType,
  artifact.category,
  artifact.relatedPullRequestUrls,
  artifact.assetId,
  artifact.path,
  bytes,
];

export interface ArtifactRow {
  id: string;
  session_id: string;
  turn_id: string | null;
  type: ArtifactType;
  title: string;
  output_type: Artifact["outputType"];
  content: string;
  description: string | null;
  file_name: string | null;
  content_type: string | null;
  size_bytes: number;
  category: Artifact["category"];
  related_pull_request_urls: string[];
  asset_id: string | null;
  path: string | null;
  created_at: Date;
  updated_at: Date;
}

export const toArtifact = (row: ArtifactRow): Artifact => ({
  id: row.id,
  sessionId: row.session_id,
  turnId: row.turn_id,
  type: row.type,
  title: row.title,
  outputType: row.output_type,
  content: row.content,
  description: row.description,
  fileName: row.file_name,
  contentType: row.content_type,
  sizeBytes: row.size_bytes,
  category: row.category,
  relatedPullRequestUrls: row.related_pull_request_urls,
  assetId: row.asset_id,
  path: row.path,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
