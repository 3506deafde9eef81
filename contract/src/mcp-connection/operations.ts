import { deleted } from "../common.ts";
import type { Operation } from "../operation.ts";
import * as mcp from "./mcp-connection.ts";

const one = {
  path: "/v1/mcp-connections/{mcpConnectionId}",
  tier: "v1",
  params: mcp.mcpConnectionParams,
} as const;

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
    summary: "Create an MCP connection",
    description: "Adds a remote MCP server, or a program that runs in the sandboxes of sessions.",
    body: mcp.mcpConnectionCreateBody,
    secretAnswer: "shownOnce",
    status: 201,
    response: mcp.mcpConnectionAuthorization,
  },
  mcpConnectionRetrieve: {
    ...one,
    method: "GET",
    summary: "Retrieve an MCP connection",
    description: "The response does not contain the values of headers and variables.",
    status: 200,
    response: mcp.mcpConnection,
  },
  mcpConnectionUpdate: {
    ...one,
    method: "PATCH",
    summary: "Update an MCP connection",
    description: "Sessions use the new version from their next turn.",
    body: mcp.mcpConnectionUpdateBody,
    status: 200,
    response: mcp.mcpConnection,
  },
  mcpConnectionDelete: {
    ...one,
    method: "DELETE",
    summary: "Delete an MCP connection",
    description: "Also deletes its stored values.",
    status: 200,
    response: deleted,
  },
  mcpConnectionAuthorize: {
    ...one,
    method: "POST",
    path: "/v1/mcp-connections/{mcpConnectionId}/authorize",
    summary: "Connect a remote MCP server",
    description: "Uses the stored headers.",
    secretAnswer: "repeatable",
    status: 200,
    response: mcp.mcpConnectionAuthorization,
  },
  mcpConnectionTest: {
    ...one,
    method: "POST",
    path: "/v1/mcp-connections/{mcpConnectionId}/test",
    summary: "Test a remote MCP server",
    description: "Connects to the server once.",
    status: 200,
    response: mcp.mcpConnectionTest,
  },
} as const satisfies Record<string, Operation>;
