import { once } from "node:events";
import { chmod, chown, mkdir, rename, rm, stat } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import { dirname, join } from "node:path";
import { AppError, reason } from "../../core/errors.ts";
import type { Broker, DoorPlace, ModelGateway } from "../../core/ports/broker.ts";
import type { ModelFamily } from "../../core/ports/harness.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { type GatewayTime, systemTime } from "./gateway-time.ts";
import { fullTries, type Gateway, handleRequest } from "./handle-request.ts";
import { createLedger } from "./ledger.ts";
import type { Prices } from "./prices.ts";
import { createBodyMemory } from "./read-body.ts";
import { connectUpstream, type Provider, type Upstream } from "./upstream.ts";

export interface ModelGatewayOptions {
  readonly providers: Readonly<Record<ModelFamily, Provider>>;
  readonly prices: Prices;
  readonly log: Logger;
  readonly time?: GatewayTime;
}

/** How long a client may take to send a request's headers. Streams themselves have no limit: models think long. */
const headersWithinMs = 30_000;
/** Of one session, whose programs all share its gateway. */
const maxConnections = 128;

/** Throws `invalid_input` when a provider's base URL is none. */
export function createModelGateways(options: ModelGatewayOptions): Broker["openModelGateway"] {
  const { providers, prices, log, time = systemTime } = options;
  const upstreams = new Map<string, Upstream>();
  const upstreamOf = (family: ModelFamily, apiKey: string | null): Upstream =>
    connectUpstream(family, { ...providers[family], apiKey: apiKey ?? providers[family].apiKey });
  for (const family of ["anthropic", "openai", "gemini"] as const) {
    upstreams.set(family, upstreamOf(family, null));
  }
  return async ({ family, apiKey, meter, ...place }) => {
    const isOwn = apiKey !== null;
    const upstream = isOwn ? upstreamOf(family, apiKey) : upstreams.get(family)!;
    const gateway: Gateway = {
      upstream,
      ledger: createLedger(meter, log),
      prices,
      memory: createBodyMemory(),
      time,
      log,
      lastFailure: null,
      maxTries: fullTries,
    };
    const running = new Set<Promise<void>>();
    const door = await listen(place, (request, response) => {
      const handled = handleRequest(gateway, request, response).finally(() => running.delete(handled));
      running.add(handled);
    });
    return {
      lastFailure: () => gateway.lastFailure,
      async close() {
        await door.close();
        await Promise.all(running);
        await gateway.ledger.settle();
        if (isOwn) upstream.close();
      },
    } satisfies ModelGateway;
  };
}

async function listen(
  { socketPath, uid, gid }: DoorPlace,
  onRequest: RequestListener,
): Promise<{ close(): Promise<void> }> {
  const server = createServer({ headersTimeout: headersWithinMs, requestTimeout: 0 }, onRequest);
  server.maxConnections = maxConnections;
  // Made under a name of its own, then put in place: it is never seen with the wrong owner, and the server, which removes
  // the name it listened on when it closes, never removes the socket of a gateway that has replaced it.
  const ownPath = join(dirname(socketPath), `.${process.pid}-${++opened}`);
  let inode: number;
  if (Buffer.byteLength(socketPath) > maxSocketPathBytes) {
    throw new AppError(
      "unavailable",
      `The model gateway's socket ${socketPath} has too long a path. Set TEMBO_DATA_DIR to a shorter one.`,
    );
  }
  try {
    // Passed through, not listed: each session's user finds its own socket only.
    await mkdir(dirname(socketPath), { recursive: true, mode: 0o711 });
    await rm(ownPath, { force: true });
    server.listen(ownPath);
    await once(server, "listening");
    await chmod(ownPath, 0o600);
    if (process.getuid?.() === 0) await chown(ownPath, uid, gid);
    inode = (await stat(ownPath)).ino;
    await rename(ownPath, socketPath);
  } catch (cause) {
    server.close();
    throw new AppError("unavailable", `The model gateway cannot listen at ${socketPath}: ${reason(cause)}`, {
      cause,
    });
  }
  return {
    async close() {
      await closeServer(server);
      await removeIfSame(socketPath, inode);
    },
  };
}

let opened = 0;

/** sun_path of unix(7) holds 108 with the closing zero. */
const maxSocketPathBytes = 107;

async function removeIfSame(socketPath: string, inode: number): Promise<void> {
  const found = await stat(socketPath).catch(() => null);
  if (found?.ino === inode) await rm(socketPath, { force: true });
}

function closeServer(server: ReturnType<typeof createServer>): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}
