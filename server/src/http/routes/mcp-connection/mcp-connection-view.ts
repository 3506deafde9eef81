import type { McpConnectionList, McpConnection as McpConnectionView } from "@tembo/contract";
import type { McpConnection } from "../../../core/access/index.ts";

export function mcpConnectionItemView(connection: McpConnection): McpConnectionList["items"][number] {
  const { id, name, server, userId, connectedAt } = connection;
  return {
    id,
    name,
    type: server.type,
    visibility: userId === null ? "shared" : "personal",
    serverUrl: server.type === "remote" ? server.url : null,
    connectedAt: connectedAt?.toISOString() ?? null,
  };
}

export function mcpConnectionView(connection: McpConnection): McpConnectionView {
  const { server, createdAt, updatedAt } = connection;
  return {
    ...mcpConnectionItemView(connection),
    command: server.type === "stdio" ? server.command : null,
    args: server.type === "stdio" ? [...server.args] : null,
    authType: server.type === "remote" && server.headerKeys.length > 0 ? "static_headers" : null,
    envKeys: server.type === "stdio" ? [...server.envKeys] : [],
    headerKeys: server.type === "remote" ? [...server.headerKeys] : [],
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
