import { isIP } from "node:net";
import { hostname } from "node:os";
import { fileURLToPath } from "node:url";
import type { FastifyInstance } from "fastify";
import type pg from "pg";
import type { Logger as PinoLogger } from "pino";
import type { Config } from "./config.ts";
import { isLoopbackHost } from "./config-values.ts";
import { AppError, type Measure, systemClock } from "./core/base/index.ts";
import type { Ports } from "./core/ports.ts";
import { findWorker } from "./engine/find-worker.ts";
import { isOutdated } from "./http/help/is-outdated.ts";
import { createHttpServer, type HttpOptions } from "./http/server.ts";
import { createForwarding } from "./links/create-forwarding.ts";
import { keepLink } from "./links/keep-link.ts";
import type { Outbound } from "./outbound/outbound.ts";
import type { BuiltInForge } from "./start-forge.ts";
import { createJoins } from "./start-join.ts";
import { listen, urlHost } from "./start-listening.ts";
import type { ProcessFacts } from "./store/process-facts.ts";
import { keepWritten } from "./store/rate-limit/keep-written.ts";
import { createRateLimiter } from "./store/rate-limit/rate-limiter.ts";
import { createServerRegistry, type ServerRegistry } from "./store/servers.ts";

export interface ApiParts {
  readonly config: Config;
  readonly ports: Ports;
  readonly pool: pg.Pool;
  readonly outbound: Outbound;
  readonly builtInForge: BuiltInForge;
  readonly facts: ProcessFacts;
  readonly log: PinoLogger;
  readonly allowedHosts: readonly string[];
  /** ID of this process and of its worker. */
  readonly processId: string;
  readonly notReady: () => Promise<string | null>;
  /** Undefined if the operator collects no measurements. */
  readonly measure: Measure | undefined;
  readonly cleanup: AsyncDisposableStack;
}

/** Serves the API and the dashboard, and records this server for the others. Returns the port. */
export async function startApi(parts: ApiParts): Promise<number> {
  const { config, pool, processId, cleanup, ports, log } = parts;
  const rateLimiter = createRateLimiter({
    pool,
    perKeyPerMinute: config.rateLimitPerKeyPerMinute,
    perSignInPerMinute: config.rateLimitPerSignInPerMinute,
    perOrganizationPerHour: config.rateLimitPerOrganizationPerHour,
  });
  // Deferred before the server, so that it runs after the last request.
  if (rateLimiter !== null) cleanup.defer(keepWritten(rateLimiter, log));
  const helpFolder = fileURLToPath(new URL("../../site/dist", import.meta.url));
  if (isOutdated(helpFolder))
    log.warn('the documentation at /help is older than its sources; run "npm run build:site"');
  const { app, registry, forwarding } = createApi(parts, {
    joins: await createJoins(config, ports),
    dashboardFolder: fileURLToPath(new URL("../../web/dist", import.meta.url)),
    helpFolder,
    rateLimiter,
  });
  const port = await listen(app, config);
  const address = config.serverAddress ?? addressOf({ host: config.host, port });
  const server = {
    id: processId,
    machineId: ports.settings.machineId,
    address,
    host: hostname(),
    facts: parts.facts,
  };
  cleanup.defer(await registry.join(server, forwarding.linkedWorkers));
  return port;
}

/**
 * Serves the API to the servers only, over a connection that this process opens to one of them. Does nothing if the
 * settings contain no URL of a server.
 */
export async function startLink(parts: ApiParts): Promise<void> {
  const { config, ports, outbound, processId, log, cleanup } = parts;
  if (config.publicUrl === null && config.port === 0) {
    log.warn("this worker has no link to a server, because TEMBO_PUBLIC_URL is not set");
    return;
  }
  // The server that forwards a request has counted it.
  const { app, forwarding } = createApi(parts, { rateLimiter: null });
  await app.ready();
  // The server enforces its timeouts for slow clients only after this event.
  app.server.emit("listening");
  const close = keepLink({
    url: ports.settings.publicUrl,
    workerId: processId,
    tokens: { vault: ports.vault, clock: systemClock },
    outbound,
    serve: forwarding.serve,
    log,
  });
  cleanup.defer(close);
}

function createApi(
  { ports, pool, outbound, builtInForge, log, allowedHosts, processId, ...parts }: ApiParts,
  options: Pick<HttpOptions, "dashboardFolder" | "helpFolder" | "rateLimiter" | "joins">,
) {
  const registry = createServerRegistry({ pool, log });
  const forwarding = createForwarding({
    processId,
    registry,
    findHolder: (sessionId) => findWorker(pool, sessionId),
    findForgeServer: () => findForgeServer(ports, registry),
    tokens: { vault: ports.vault, clock: systemClock },
    outbound,
    log,
  });
  const app: FastifyInstance = createHttpServer({
    ports,
    logger: log,
    ...builtInForge.http,
    ...options,
    forwarding,
    trustedProxies: parts.config.trustedProxies,
    allowedHosts,
    notReady: parts.notReady,
    ...(parts.measure && { measure: parts.measure }),
    isTraced: parts.config.tracesUrl !== null,
  });
  forwarding.serveWith(app.server);
  parts.cleanup.defer(() => app.close());
  parts.cleanup.defer(() => forwarding.close());
  return { app, forwarding, registry };
}

/**
 * Returns a server on the machine with the repositories of the built-in forge, or null if this is that machine or none is
 * recorded yet. Throws `conflict` if no server runs there.
 */
async function findForgeServer(
  { store, settings }: Pick<Ports, "store" | "settings">,
  registry: Pick<ServerRegistry, "findOnMachine">,
): Promise<string | null> {
  const owner = await store.forgeOwner.find();
  if (owner === null || owner.machineId === settings.machineId) return null;
  const serverId = await registry.findOnMachine(owner.machineId);
  if (serverId !== null) return serverId;
  throw new AppError(
    "conflict",
    "The server with the repositories of the built-in forge is not running. Start it, and run the same version of Tembo on all machines.",
  );
}

/** Returns the URL at which other machines reach a server that listens on the host, or null if this is not known. */
export function addressOf({ host, port }: { readonly host: string; readonly port: number }): string | null {
  const isAny = isIP(host) !== 0 && /^[0:.]+$/.test(host);
  return isLoopbackHost(host) || isAny ? null : `http://${urlHost(host)}:${port}`;
}
