import type { Actor } from "../../accounts/index.ts";
import { AppError } from "../../base/index.ts";
import type { AccessPorts } from "../ports.ts";
import { type McpConnection, transportOf } from "./mcp-connection.ts";
import { getMcpConnection } from "./mcp-connections.ts";
import { mcpValuesOf } from "./mcp-values.ts";

const ANSWER_LIMIT_MS = 20_000;

/**
 * Connects to a remote server once, with its headers, and records the time of a successful handshake. Throws
 * `not_found` if the actor cannot use the connection, `conflict` if it starts a command in sandboxes, or `unreachable`
 * if the handshake fails.
 */
export async function testMcpConnection(
  ports: Pick<AccessPorts, "store" | "vault" | "broker" | "clock" | "logMask">,
  actor: Actor,
  id: string,
): Promise<McpConnection> {
  const connection = await getMcpConnection(ports.store, actor, id);
  const { server, name } = connection;
  if (server.type === "stdio")
    throw new AppError(
      "conflict",
      `The connection ${name} runs a command in the sandbox, so the server cannot test it. Start a session to test it.`,
    );
  const headers = await mcpValuesOf(ports, connection);
  ports.logMask.protect(
    `mcpConnection:${id}`,
    Object.entries(headers).map(([key, value]) => ({ key, value })),
  );
  await ports.broker.greetMcpServer(
    { url: server.url, transport: transportOf(server.url), headers },
    AbortSignal.timeout(ANSWER_LIMIT_MS),
  );
  const connectedAt = ports.clock.now();
  await ports.store.mcpConnections.setConnected(id, connectedAt);
  return { ...connection, connectedAt };
}
