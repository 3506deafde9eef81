import { deleted } from "../common.ts";
import type { Operation } from "../operation.ts";
import * as mcp from "./mcp-connection.ts";

const one = {
  path: "/v1/mcp-connections/{mcpConnectionId}",
  tier: "v1",
  params: mcp.mcpConnectionParams,
} as const;

/** Model Context Protocol servers that an organization stores for its sessions. */
export const mcpConnectionOperations = {
  mcpConnectionList: {
    method: "GET",
    path: "/v1/mcp-connections",
    tier: "v1",
    summary: "List MCP connections, newest first",
    query: mcp.mcpConnectionListQuery,
    status: 200,
    response: mcp.mcpConnectionList,
  },
  mcpConnectionCreate: {
    method: "POST",
    path: "/v1/mcp-connections",
    tier: "v1",
    summary: "Keep an MCP server for sessions: a remote one, or a program of their sandboxes",
    body: mcp.mcpConnectionCreateBody,
    secretAnswer: "shownOnce",
    status: 201,
    response: mcp.mcpConnectionAuthorization,
  },
  mcpConnectionRetrieve: {
    ...one,
    method: "GET",
    summary: "Retrieve an MCP connection, without its values",
    status: 200,
    response: mcp.mcpConnection,
  },
  mcpConnectionUpdate: {
    ...one,
    method: "PATCH",
    summary: "Change an MCP connection; sessions see it from their next turn on",
    body: mcp.mcpConnectionUpdateBody,
    status: 200,
    response: mcp.mcpConnection,
  },
  mcpConnectionDelete: {
    ...one,
    method: "DELETE",
    summary: "Delete an MCP connection with its values",
    status: 200,
    response: deleted,
  },
  mcpConnectionAuthorize: {
    ...one,
    method: "POST",
    path: "/v1/mcp-connections/{mcpConnectionId}/authorize",
    summary: "Connect to a remote MCP server with the headers it has",
    secretAnswer: "repeatable",
    status: 200,
    response: mcp.mcpConnectionAuthorization,
  },
  mcpConnectionTest: {
    ...one,
    method: "POST",
    path: "/v1/mcp-connections/{mcpConnectionId}/test",
    summary: "Greet a remote MCP server once",
    status: 200,
    response: mcp.mcpConnectionTest,
  },
} as const satisfies Record<string, Operation>;
