import { once } from "node:events";
import { chmod, chown, mkdir, rename, rm, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { AppError, reason } from "../core/errors.ts";
import type { Broker, ModelGateway } from "../core/ports/broker.ts";
import type { ModelFamily } from "../core/ports/harness.ts";
import type { Logger } from "../core/ports/logger.ts";
import { forwardRequest } from "./forward-request.ts";
import { connectUpstream, type Provider, type Upstream } from "./upstream.ts";

export interface BrokerOptions {
  readonly providers: Readonly<Record<ModelFamily, Provider>>;
  readonly log: Logger;
}

/** How long a client may take to send a request's headers. Streams themselves have no limit: models think long. */
const headersWithinMs = 30_000;

export function createBroker({ providers, log }: BrokerOptions): Broker {
  const upstreams: Record<ModelFamily, Upstream> = {
    anthropic: connectUpstream("anthropic", providers.anthropic),
    openai: connectUpstream("openai", providers.openai),
    gemini: connectUpstream("gemini", providers.gemini),
  };
  return {
    openModelGateway: ({ socketPath, family, uid, gid }) =>
      openGateway({ socketPath, uid, gid, upstream: upstreams[family], log }),
  };
}

async function openGateway(input: {
  readonly socketPath: string;
  readonly uid: number;
  readonly gid: number;
  readonly upstream: Upstream;
  readonly log: Logger;
}): Promise<ModelGateway> {
  const { socketPath, uid, gid, upstream, log } = input;
  let failure: string | null = null;
  const server = createServer({ headersTimeout: headersWithinMs, requestTimeout: 0 }, (request, response) => {
    forwardRequest({ request, response, upstream, log, onAnswer: (sentence) => (failure = sentence) });
  });
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
    lastFailure: () => failure,
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
