import type { McpConnection } from "../../../core/access/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import { query } from "../query.ts";
import { containing, type Sql } from "../sql.ts";
import { mcpConnections } from "./mcp-connection-table.ts";

export function mcpConnectionQueries(sql: Sql): Queries["mcpConnections"] {
  return {
    async insert(connection) {
      await sql.rows(query`
        insert into mcp_connections (${mcpConnections.names}) values (${mcpConnections.values(connection)})
        on conflict (id) do nothing`);
    },

    async lock(organizationId, id) {
      await sql.rows("select 1 from mcp_connections where organization_id = $1 and id = $2 for update", [
        organizationId,
        id,
      ]);
    },

    async find(organizationId, id) {
      const [row] = await sql.rows<McpConnection>(
        `select ${mcpConnections.columns} from mcp_connections where organization_id = $1 and id = $2`,
        [organizationId, id],
      );
      return row ?? null;
    },

    async all(organizationId) {
      const rows = await sql.rows<McpConnection>(
        `select ${mcpConnections.columns} from mcp_connections where organization_id = $1 order by id`,
        [organizationId],
      );
      return rows;
    },

    async update({ id, name, server, connectedAt, updatedAt }) {
      await sql.rows(query`
        update mcp_connections set ${mcpConnections.set({ name, server, connectedAt, updatedAt })} where id = ${id}`);
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
      const rows = await sql.rows<McpConnection>(
        `select ${mcpConnections.columns} from mcp_connections where ${where.text} order by id desc limit ${limit}`,
        where.values,
      );
      return toPage(rows, page);
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
