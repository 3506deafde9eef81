import type { McpServerSetup } from "../../../core/access/index.ts";
import { json, text, timestamp, uuid } from "../column.ts";
import { table } from "../table.ts";

export const mcpConnections = table("mcp_connections", {
  id: uuid,
  organizationId: uuid,
  userId: uuid.orNull(),
  name: text,
  server: json<McpServerSetup>(),
  connectedAt: timestamp.orNull(),
  createdAt: timestamp,
  updatedAt: timestamp,
});
