import { type Actor, requireAdmin } from "../../accounts/index.ts";
import { AppError, newId } from "../../base/index.ts";
import type { AccessPorts, AccessQueries } from "../ports.ts";
import { checkServer, requireServerName } from "./check-server.ts";
import {
  isUsableBy,
  type McpConnection,
  type McpServerSetup,
  type McpValues,
  serverNameOf,
} from "./mcp-connection.ts";
import { deleteMcpValues, mcpValuesOf, saveMcpValues } from "./mcp-values.ts";

type McpPorts = Pick<AccessPorts, "store" | "clock" | "vault">;

const MAX_CONNECTIONS = 200;

export type NewMcpServer =
  | { readonly type: "remote"; readonly url: string; readonly headers: McpValues }
  | {
      readonly type: "stdio";
      readonly command: string;
      readonly args: readonly string[];
      readonly env: McpValues;
    };

/**
 * Creates a connection for the organization, or for the actor only. Throws the `invalid_input` errors of
 * `requireServerName` and `checkServer`. Also throws `conflict` if the name is taken or the organization has too many
 * connections, or `forbidden` if a member tries to create a shared connection.
 */
export async function createMcpConnection(
  ports: McpPorts,
  actor: Actor,
  {
    name,
    server,
    isPersonal = false,
  }: { readonly name: string; readonly server: NewMcpServer; readonly isPersonal?: boolean },
): Promise<McpConnection> {
  const { organizationId } = actor;
  if (!isPersonal) requireAdmin(actor, sharing);
  requireServerName(name);
  const checked = check(server);
  const now = ports.clock.now();
  const connection: McpConnection = {
    id: newId(now.getTime()),
    organizationId,
    userId: isPersonal ? actor.userId : null,
    name,
    server: checked.server,
    connectedAt: null,
    createdAt: now,
    updatedAt: now,
  };
  await ports.store.transaction(async (tx) => {
    await tx.secrets.lockMasterKeys("use");
    const others = (await tx.mcpConnections.all(organizationId)).filter(({ id }) => id !== connection.id);
    requireOwnName(connection, others);
    if (others.length >= MAX_CONNECTIONS)
      throw new AppError(
        "conflict",
        `An organization can have at most ${MAX_CONNECTIONS} MCP connections. Delete one first.`,
      );
    await tx.mcpConnections.insert(connection);
    await saveMcpValues({ vault: ports.vault, tx }, connection, checked.values);
  });
  return connection;
}

export interface McpConnectionChange {
  readonly type: McpServerSetup["type"];
  readonly name?: string;
  readonly url?: string;
  readonly command?: string;
  /** Command arguments, or null to remove all arguments. */
  readonly args?: readonly string[] | null;
  /** Headers or variables to merge by key, or null to remove all of them. A null value removes its key. */
  readonly values?: Readonly<Record<string, string | null>> | null;
}

/**
 * Updates a connection. The change applies to the next turn of each session. A new URL removes the stored headers.
 * Throws the `invalid_input` errors of `requireServerName` and `checkServer`. Also throws `not_found` if the actor
 * cannot use the connection, `conflict` if the name is taken or the type differs, or `forbidden` if a member tries to
 * change a shared connection.
 */
export async function updateMcpConnection(
  ports: McpPorts,
  actor: Actor,
  id: string,
  change: McpConnectionChange,
): Promise<McpConnection> {
  const { organizationId } = actor;
  const place = { organizationId, id };
  if (change.name !== undefined) requireServerName(change.name);
  return ports.store.transaction(async (tx) => {
    await tx.secrets.lockMasterKeys("use");
    await tx.mcpConnections.lock(organizationId, id);
    const found = await getOwnMcpConnection(tx, actor, id);
    const { server } = found;
    if (server.type !== change.type)
      throw new AppError(
        "conflict",
        `The connection ${found.name} has the type ${server.type}, which cannot be changed. Create another connection.`,
      );
    const isMoved = server.type === "remote" && change.url !== undefined && change.url !== server.url;
    const known = isMoved ? {} : await mcpValuesOf({ vault: ports.vault, store: tx }, place);
    const checked = checkServer(changed(server, change), mergeValues(known, change.values));
    const connection: McpConnection = {
      ...found,
      name: change.name ?? found.name,
      server: checked.server,
      connectedAt: isMoved ? null : found.connectedAt,
      updatedAt: ports.clock.now(),
    };
    const others = (await tx.mcpConnections.all(organizationId)).filter((one) => one.id !== id);
    requireOwnName(connection, others);
    await tx.mcpConnections.update(connection);
    await saveMcpValues({ vault: ports.vault, tx }, place, checked.values);
    return connection;
  });
}

/**
 * Deletes a connection and its values. Throws `not_found` if the actor cannot use the connection, or `forbidden` if a
 * member tries to delete a shared connection.
 */
export async function deleteMcpConnection(
  ports: Pick<AccessPorts, "store">,
  actor: Actor,
  id: string,
): Promise<void> {
  // Reads the connection outside the transaction, so that the deletion succeeds even if the transaction is retried
  // after a commit whose response was lost.
  const connection = await getOwnMcpConnection(ports.store, actor, id);
  await ports.store.transaction(async (tx) => {
    await deleteMcpValues(tx, connection);
    await tx.mcpConnections.delete(actor.organizationId, id);
  });
}

const sharing = "change the organization's MCP connections";

/**
 * Returns a connection that the actor may change. Throws `not_found` if the actor cannot use the connection, or
 * `forbidden` if a member tries to change a shared connection.
 */
async function getOwnMcpConnection(
  store: Pick<AccessQueries, "mcpConnections">,
  actor: Actor,
  id: string,
): Promise<McpConnection> {
  const connection = await getMcpConnection(store, actor, id);
  if (connection.userId === null) requireAdmin(actor, sharing);
  return connection;
}

/**
 * Returns a connection that the actor may use. Throws `not_found` for any other connection, including another person's
 * connection.
 */
export async function getMcpConnection(
  store: Pick<AccessQueries, "mcpConnections">,
  { organizationId, userId }: Pick<Actor, "organizationId" | "userId">,
  id: string,
): Promise<McpConnection> {
  const connection = await store.mcpConnections.find(organizationId, id);
  if (connection !== null && isUsableBy(connection, userId)) return connection;
  throw new AppError("not_found", `MCP connection ${id} was not found.`);
}

/**
 * Filters `names` to existing connections that the owner of the API key or sign-in `keyId` may use. Without a key, only
 * shared connections are available.
 */
export async function mcpConnectionsThere(
  store: Pick<AccessQueries, "mcpConnections" | "apiKeys">,
  { organizationId, keyId }: { readonly organizationId: string; readonly keyId: string | null },
  names: readonly string[],
): Promise<string[]> {
  if (names.length === 0) return [];
  const userId = keyId === null ? null : await store.apiKeys.userOf(keyId);
  const all = await store.mcpConnections.all(organizationId);
  const known = new Set(all.filter((one) => isUsableBy(one, userId)).map(({ name }) => name));
  return names.filter((name) => known.has(name));
}

/**
 * Throws `invalid_input` if a name is unknown or belongs to a connection that the owner of the API key or sign-in
 * `keyId` may not use. Without a key, only shared connections are available.
 */
export async function requireMcpConnections(
  store: Pick<AccessQueries, "mcpConnections" | "apiKeys">,
  { organizationId, keyId }: { readonly organizationId: string; readonly keyId: string | null },
  names: readonly string[],
): Promise<void> {
  if (names.length === 0) return;
  const known = new Set(await mcpConnectionsThere(store, { organizationId, keyId }, names));
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined)
    throw new AppError(
      "invalid_input",
      `"mcpServers" contains ${JSON.stringify(unknown)}, but no MCP connection with this name is available. List the connections with "tembo mcp list".`,
      { field: "mcpServers" },
    );
}

function check(server: NewMcpServer) {
  if (server.type === "remote") {
    const { headers, ...remote } = server;
    return checkServer(remote, headers);
  }
  const { env, ...program } = server;
  return checkServer(program, env);
}

function changed(server: McpServerSetup, { url, command, args }: McpConnectionChange) {
  if (server.type === "remote") return { type: server.type, url: url ?? server.url };
  return {
    type: server.type,
    command: command ?? server.command,
    args: args === undefined ? server.args : (args ?? []),
  };
}

function mergeValues(known: McpValues, change: McpConnectionChange["values"]): McpValues {
  if (change === undefined) return known;
  if (change === null) return {};
  const merged: Record<string, string> = { ...known };
  for (const [key, value] of Object.entries(change)) {
    // Headers are stored in lower case, so the request may use any case.
    const same = Object.keys(merged).find((one) => one.toLowerCase() === key.toLowerCase()) ?? key;
    delete merged[same];
    if (value !== null) merged[key] = value;
  }
  return merged;
}

/** Throws `conflict` if `serverNameOf` returns the same name for another connection. */
function requireOwnName({ name }: McpConnection, others: readonly McpConnection[]): void {
  const other = others.find((one) => serverNameOf(one.name) === serverNameOf(name));
  if (other !== undefined)
    throw new AppError(
      "conflict",
      `The name is too similar to the existing MCP connection ${JSON.stringify(other.name)}. Choose another name.`,
    );
}
