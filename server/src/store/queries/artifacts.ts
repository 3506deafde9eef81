import type { Artifact, ArtifactType } from "../../core/artifact/artifact.ts";
import type { Queries } from "../../core/ports/store.ts";
import { Conditions, rowsToRead, toPage } from "./page.ts";
import type { Sql } from "./sql.ts";

export const artifactColumns = `artifacts.id, artifacts.session_id, artifacts.turn_id, artifacts.type, artifacts.title,
  artifacts.output_type, artifacts.content, artifacts.created_at, artifacts.updated_at`;

export function artifactQueries(sql: Sql): Queries["artifacts"] {
  return {
    async find(organizationId, id) {
      const [row] = await sql.rows<ArtifactRow>(
        `select ${artifactColumns} from artifacts join sessions on sessions.id = artifacts.session_id
         where sessions.organization_id = $1 and artifacts.id = $2`,
        [organizationId, id],
      );
      return row === undefined ? null : toArtifact(row);
    },

    async list(organizationId, page) {
      const where = new Conditions()
        .add("sessions.organization_id = $", organizationId)
        .addWhenSet("artifacts.id < $", page.cursor)
        .addWhenSet("artifacts.session_id = $", page.sessionId)
        .addWhenSet("artifacts.turn_id::text = $", page.turnId)
        .addWhenSet("artifacts.type = any($::text[])", page.types);
      const limit = where.value(rowsToRead(page));
      const rows = await sql.rows<ArtifactRow>(
        `select ${artifactColumns} from artifacts join sessions on sessions.id = artifacts.session_id
         where ${where.text} order by artifacts.id desc limit ${limit}`,
        where.values,
      );
      return toPage(rows.map(toArtifact), page);
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

export interface ArtifactRow {
  id: string;
  session_id: string;
  turn_id: string | null;
  type: ArtifactType;
  title: string;
  output_type: Artifact["outputType"];
  content: string;
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
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
