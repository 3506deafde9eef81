import { type McpConnectionUpdateBody, operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import {
  createMcpConnection,
  deleteMcpConnection,
  getMcpConnection,
  type McpConnectionChange,
  type NewMcpServer,
  testMcpConnection,
  updateMcpConnection,
} from "../../../core/access/index.ts";
import { AppError } from "../../../core/base/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { route } from "../../route.ts";
import { mcpConnectionItemView, mcpConnectionView } from "./mcp-connection-view.ts";

type CreateBody = (typeof operations.mcpConnectionCreate.body)["_output"];

export function mcpConnectionRoutes(app: FastifyInstance, ports: Ports): void {
  route(app, operations.mcpConnectionList, async ({ organizationId, caller, query }) => {
    const { items, nextCursor } = await ports.store.mcpConnections.list(organizationId, {
      limit: query.limit,
      userId: caller.userId,
      ...(query.cursor !== undefined && { cursor: query.cursor }),
      ...(query.search !== undefined && { search: query.search }),
      ...(query.connected !== undefined && { isConnected: query.connected }),
    });
    return { items: items.map(mcpConnectionItemView), nextCursor };
  });

  route(app, operations.mcpConnectionCreate, async ({ caller, body }) => {
    const connection = await createMcpConnection(ports, caller, {
      name: body.name,
      server: serverOf(body),
      isPersonal: body.visibility === "personal",
    });
    return { connection: mcpConnectionView(connection), authorizationUrl: null };
  });

  route(app, operations.mcpConnectionRetrieve, async ({ caller, params }) =>
    mcpConnectionView(await getMcpConnection(ports.store, caller, params.mcpConnectionId)),
  );

  route(app, operations.mcpConnectionUpdate, async ({ caller, params, body }) =>
    mcpConnectionView(
      await updateMcpConnection(ports, caller, params.mcpConnectionId, toConnectionChange(body)),
    ),
  );

  route(app, operations.mcpConnectionDelete, async ({ caller, params }) => {
    await deleteMcpConnection(ports, caller, params.mcpConnectionId);
    return { id: params.mcpConnectionId, deleted: true as const };
  });

  route(app, operations.mcpConnectionAuthorize, async ({ caller, params }) => ({
    connection: mcpConnectionView(await testMcpConnection(ports, caller, params.mcpConnectionId)),
    authorizationUrl: null,
  }));

  route(app, operations.mcpConnectionTest, async ({ caller, params }) => {
    await testMcpConnection(ports, caller, params.mcpConnectionId);
    return { success: true as const };
  });
}

function serverOf(body: CreateBody): NewMcpServer {
  if (body.type === "stdio") {
    const { type, command, args, env = {} } = body;
    return { type, command, args, env };
  }
  refuseOauth(body);
  return { type: body.type, url: body.serverUrl, headers: body.headers ?? {} };
}

function toConnectionChange(body: McpConnectionUpdateBody): McpConnectionChange {
  const name = { ...(body.name !== undefined && { name: body.name }) };
  if (body.type === "stdio") {
    const { type, command, args, env } = body;
    return {
      type,
      ...name,
      ...(command !== undefined && { command }),
      ...(args !== undefined && { args }),
      ...(env !== undefined && { values: env }),
    };
  }
  refuseOauth(body);
  const { type, serverUrl, headers } = body;
  return {
    type,
    ...name,
    ...(serverUrl !== undefined && { url: serverUrl }),
    ...(headers !== undefined && { values: headers }),
  };
}

function refuseOauth(body: {
  readonly authType?: string | undefined;
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
}): void {
  const { authType = "static_headers", clientId, clientSecret } = body;
  if (authType === "static_headers" && clientId === undefined && clientSecret === undefined) return;
  throw new AppError(
    "invalid_input",
    'Tembo authenticates to MCP servers with headers, not with OAuth. Set "authType" to "static_headers", remove "clientId" and "clientSecret", and send the token in "headers".',
    {
      field:
        authType === "static_headers" ? (clientId === undefined ? "clientSecret" : "clientId") : "authType",
    },
  );
}
