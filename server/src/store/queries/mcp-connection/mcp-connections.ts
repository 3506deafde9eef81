import type { McpConnection, McpServerSetup } from "../../../core/access/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import { containing, type Sql } from "../sql.ts";
import { storableJson } from "../storable.ts";

const columns = "id, organization_id, user_id, name, server, connected_at, created_at, updated_at";

export function mcpConnectionQueries(sql: Sql): Queries["mcpConnections"] {
  return {
    async insert(connection) {
      await sql.rows(
        `insert into mcp_connections (${columns}) values ($1, $2, $3, $4, $5::jsonb, $6, $7, $8)
         on conflict (id) do nothing`,
        [
          connection.id,
          connection.organizationId,
          connection.userId,
          connection.name,
          storableJson(connection.server),
          connection.connectedAt,
          connection.createdAt,
          connection.updatedAt,
        ],
      );
    },

    async find(organizationId, id) {
      const [row] = await sql.rows<ConnectionRow>(
        `select ${columns} from mcp_connections where organization_id = $1 and id = $2`,
        [organizationId, id],
      );
      return row === undefined ? null : toConnection(row);
    },

    async all(organizationId) {
      const rows = await sql.rows<ConnectionRow>(
        `select ${columns} from mcp_connections where organization_id = $1 order by id`,
        [organizationId],
      );
      return rows.map(toConnection);
    },

    async update(connection) {
      await sql.rows(
        `update mcp_connections set name = $2, server = $3::jsonb, connected_at = $4, updated_at = $5 where id = $1`,
        [
          connection.id,
          connection.name,
          storableJson(connection.server),
          connection.connectedAt,
          connection.updatedAt,
        ],
      );
    },

    async setConnected(id, at) {
      await sql.rows("update mcp_connections set connected_at = $2 where id = $1", [id, at]);
    },

    async delete(organizationId, id) {
      await sql.rows("delete from mcp_connections where organization_id = $1 and id = $2", [
        organizationId,
        id,
      ]);
    },

    async list(organizationId, page) {
      const where = new Conditions()
        .add("organization_id = $", organizationId)
        .add("(user_id is null or user_id = $)", page.userId)
        .addWhenSet("id < $", page.cursor)
        .addWhenSet("name ilike $", page.search === undefined ? undefined : containing(page.search))
        .addWhenSet("(connected_at is not null) = $", page.isConnected);
      const limit = where.value(rowsToRead(page));
      const rows = await sql.rows<ConnectionRow>(
        `select ${columns} from mcp_connections where ${where.text} order by id desc limit ${limit}`,
        where.values,
      );
      return toPage(rows.map(toConnection), page);
    },

    async useInSession(sessionId, names) {
      await sql.rows("update sessions set mcp_servers = $2 where id = $1", [sessionId, names]);
    },

    async usedInSession(sessionId) {
      const [row] = await sql.rows<{ mcp_servers: string[] }>(
        "select mcp_servers from sessions where id = $1",
        [sessionId],
      );
      return row?.mcp_servers ?? [];
    },
  };
}

interface ConnectionRow {
  id: string;
  organization_id: string;
  user_id: string | null;
  name: string;
  server: McpServerSetup;
  connected_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

const toConnection = (row: ConnectionRow): McpConnection => ({
  id: row.id,
  organizationId: row.organization_id,
  userId: row.user_id,
  name: row.name,
  server: row.server,
  connectedAt: row.connected_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
