import type { EgressSetting } from "../../accounts/index.ts";
import type { NamedValue } from "../../base/index.ts";
import type { EgressRule } from "../egress/egress-policy.ts";
import type { AccessPorts } from "../ports.ts";
import type { BoundSecret } from "../secret/secret.ts";
import { ruleOf } from "./check-server.ts";
import {
  isUsableBy,
  type McpConnection,
  type McpValues,
  serverNameOf,
  transportOf,
} from "./mcp-connection.ts";
import type { McpServer } from "./mcp-server.ts";
import { mcpValuesOf } from "./mcp-values.ts";

/** Data that a turn needs for its MCP connections. */
export interface SessionServers {
  /** Servers for the harness. Remote servers do not include their secret headers. */
  readonly servers: readonly McpServer[];
  /**
   * Hosts that the turn may reach, for the egress proxy. `bound` contains the headers to add to requests to these
   * hosts.
   */
  readonly rules: readonly EgressRule[];
  readonly bound: readonly BoundSecret[];
  /** Values to mask, for `createMasker`. */
  readonly values: readonly NamedValue[];
  /** Messages that explain which connections were omitted. */
  readonly notices: readonly string[];
}

export const noServers: SessionServers = { servers: [], rules: [], bound: [], values: [], notices: [] };

/**
 * Loads the named connections that the turn can use, with their values. Throws `internal` if the secret values of a
 * connection cannot be decrypted.
 */
export async function loadSessionServers(
  ports: Pick<AccessPorts, "store" | "vault">,
  organizationId: string,
  {
    names,
    egress,
    userId,
  }: {
    readonly names: readonly string[];
    readonly egress: EgressSetting | null;
    /**
     * Author of the turn's messages, or null if no person wrote them. Without an author, only shared connections are
     * available.
     */
    readonly userId: string | null;
  },
): Promise<SessionServers> {
  if (names.length === 0) return noServers;
  const all = (await ports.store.mcpConnections.all(organizationId)).filter((one) => isUsableBy(one, userId));
  const opened: Opened[] = [];
  const notices: string[] = [];
  for (const name of new Set(names)) {
    const connection = all.find((one) => one.name === name);
    const problem = findProblem(name, connection, opened, egress);
    if (problem !== null) notices.push(problem);
    else if (connection !== undefined)
      opened.push({ connection, values: await mcpValuesOf(ports, connection) });
  }
  return {
    servers: opened.map(serverOf),
    rules: opened.flatMap(({ connection: { server } }) =>
      server.type === "remote" ? [ruleOf(server.url)] : [],
    ),
    bound: opened.flatMap(toBoundSecrets),
    values: opened.flatMap(({ connection, values }) =>
      Object.entries(values).map(([key, value]) => ({
        key: `${connection.name} ${key}`,
        value: connection.server.type === "remote" ? splitScheme(value).value : value,
      })),
    ),
    notices,
  };
}

interface Opened {
  readonly connection: McpConnection;
  readonly values: McpValues;
}

function findProblem(
  name: string,
  connection: McpConnection | undefined,
  opened: readonly Opened[],
  egress: EgressSetting | null,
): string | null {
  if (connection === undefined)
    return `The MCP connection ${JSON.stringify(name)} was deleted or belongs to another person. The turn continues without it.`;
  if (connection.server.type === "stdio") return null;
  if (egress?.preset === "none")
    return `This session has no network access, so it cannot use the MCP connection ${JSON.stringify(name)}. The turn continues without it.`;
  const place = destination(connection);
  const other = opened.find((one) => destination(one.connection) === place);
  // The egress proxy can add only one set of headers per host, because the path of a request is chosen inside the
  // sandbox.
  return other === undefined
    ? null
    : `The MCP connections ${JSON.stringify(other.connection.name)} and ${JSON.stringify(name)} use the same host, and a session can use only one of them. The turn continues without ${JSON.stringify(name)}.`;
}

function destination({ server, id }: McpConnection): string {
  if (server.type === "stdio") return id;
  const { host, port } = ruleOf(server.url);
  return `${host}:${port}`;
}

function serverOf({ connection: { name, server }, values }: Opened): McpServer {
  if (server.type === "remote")
    return { transport: transportOf(server.url), name: serverNameOf(name), url: server.url, headers: {} };
  return {
    transport: "stdio",
    name: serverNameOf(name),
    argv: [server.command, ...server.args],
    env: values,
  };
}

function toBoundSecrets({ connection: { server }, values }: Opened): BoundSecret[] {
  if (server.type === "stdio") return [];
  const rules = [ruleOf(server.url)];
  return Object.entries(values).map(([header, value]) => ({ header, ...splitScheme(value), rules }));
}

/**
 * Splits a header value into a scheme, such as `Bearer `, and the secret. The scheme itself is not secret. Without the
 * split, a response that repeats only the secret would not be masked.
 */
function splitScheme(text: string): Pick<BoundSecret, "prefix" | "value"> {
  const [, prefix = "", value = text] = /^([A-Za-z]{1,20} +)(\S+)$/.exec(text) ?? [];
  return { prefix, value };
}
