import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { AppError, type Logger, limitRepeats, type TokenParts } from "../core/base/index.ts";
import type { Outbound } from "../outbound/outbound.ts";
import { ForwardedConnections } from "./forwarded-connections.ts";
import { parseInternal, requestOf } from "./internal-paths.ts";
import { Links } from "./links.ts";
import { openConnection } from "./open-connection.ts";
import { createServeInternal } from "./serve-internal.ts";
import { SessionConnections } from "./session-connections.ts";

/** Server that can pass a connection on to a process. */
interface Route {
  readonly serverId: string;
  readonly address: string | null;
}

export interface ForwardingOptions {
  /** ID of this process and of its worker. */
  readonly processId: string;
  readonly registry: {
    link(workerId: string, serverId: string): Promise<boolean>;
    unlink(workerId: string, serverId: string): Promise<void>;
    findRoute(processId: string): Promise<Route | null>;
  };
  /** Returns the ID of the process that runs the session's sandbox, or null if none does. */
  readonly findHolder: (sessionId: string) => Promise<string | null>;
  /** Returns the ID of a server with the repositories of the built-in forge, or null if this process has them. */
  readonly findForgeServer: () => Promise<string | null>;
  readonly tokens: TokenParts;
  readonly outbound: Outbound;
  readonly log: Logger;
  readonly pingMs?: number;
}

const connectMs = 10_000;

/** Creates the connections from this server to the other processes of the installation, and serves theirs. */
export function createForwarding(options: ForwardingOptions) {
  const { processId, registry, tokens } = options;
  const log = limitRepeats(options.log);
  const forwarded = new ForwardedConnections();
  const links = new Links({
    record: (workerId) => registry.link(workerId, processId),
    forget: (workerId) => registry.unlink(workerId, processId),
    log,
    ...(options.pingMs !== undefined && { pingMs: options.pingMs }),
  });
  let server: Server | null = null;
  const sessions = new SessionConnections();
  const connect = (target: string, address: string, signal: AbortSignal) =>
    connectTo(options, links, { kind: "connection", processId: target, address }, signal);
  return {
    isForwarded: (connection: object) => forwarded.has(connection),
    ownsUpgrade: (request: IncomingMessage) => parseInternal(request) !== null,
    serveUpgrade: createServeInternal({ processId, server: () => server!, tokens, links, forwarded, log }),
    connectToSession: async (sessionId: string, address: string, signal: AbortSignal) => {
      const target = await options.findHolder(sessionId);
      if (target === null || target === processId) return null;
      return sessions.open(sessionId, () => connect(target, address, signal));
    },
    connectToForge: async (address: string, signal: AbortSignal) => {
      const target = await options.findForgeServer();
      return target === null || target === processId ? null : connect(target, address, signal);
    },
    /** Sets the HTTP server that serves the connections of other processes. Call it before the server listens. */
    serveWith(given: Server): void {
      server = given;
    },
    /** Serves a connection that a server has opened to this process. */
    serve: (connection: Duplex, address: string) => forwarded.serve(server!, connection, address),
    /** Returns the IDs of the workers whose links this server has. */
    linkedWorkers: () => links.workerIds,
    close: () => links.close(),
  };
}

async function connectTo(
  { processId, registry, tokens, outbound }: ForwardingOptions,
  links: Links,
  target: Extract<Parameters<typeof requestOf>[1], { kind: "connection" }>,
  signal: AbortSignal,
): Promise<Duplex> {
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(connectMs)]);
  const linked = await links.connect(target.processId, target.address, inTime);
  if (linked !== null) return linked;
  const route = await registry.findRoute(target.processId);
  if (route === null || route.serverId === processId)
    throw new AppError(
      "conflict",
      "The machine that this request needs is not connected to a server at the moment. Try again in a few seconds. If this error persists, ask the operator to check that the machine runs Tembo and reaches TEMBO_PUBLIC_URL.",
    );
  if (route.address === null)
    throw new AppError(
      "conflict",
      "The machine that this request needs is connected to a server without an address for other servers. Ask the operator to set TEMBO_SERVER_ADDRESS on each server.",
    );
  return openConnection(outbound, route.address, requestOf(tokens, target), inTime);
}
