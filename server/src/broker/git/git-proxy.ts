import { mkdir, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import type { Logger } from "../../core/base/index.ts";
import type { SpawnGit } from "../../core/forges/index.ts";
import type { BrokerEndpoint, ForwardedSocket, GitBrokerInput, GitProxy } from "../../core/turns/index.ts";
import type { Outbound } from "../../outbound/outbound.ts";
import { Semaphore } from "../../runtime/semaphore.ts";
import { settlesWithin } from "../../runtime/with-timeout.ts";
import type { RequestLease } from "../hold-requests.ts";
import { refusePage } from "../refuse-page.ts";
import { serveForwarded } from "../serve-forwarded.ts";
import { createTransfers } from "./lfs/transfers.ts";
import { createPackCheck } from "./push/check-pack.ts";
import { type GitProxyRepository, type GitProxyState, serveGit } from "./serve-git.ts";

/** Timeouts for receiving a request's headers and for receiving the whole request. */
const headersWithinMs = 30_000;
const requestWithinMs = 30 * 60_000;
const maxConnections = 128;
const closesWithinMs = 30_000;

export interface GitProxyOptions {
  readonly log: Logger;
  readonly spawnGit: SpawnGit;
  /** Connects to forges, and to the URLs that they return for Git LFS. */
  readonly outbound: Outbound;
  readonly lease?: RequestLease;
}

/**
 * Creates proxies that serve git's smart HTTP protocol (gitprotocol-http(5)) on a session's forwarded socket. `spawnGit` starts host git.
 */
export function createGitProxy(options: GitProxyOptions): GitProxy {
  return { openGitBroker: (input) => openGitBroker(input, options) };
}

async function openGitBroker(
  input: ForwardedSocket & GitBrokerInput,
  { log, spawnGit, outbound, lease }: GitProxyOptions,
): Promise<BrokerEndpoint> {
  const { scratchPath, maxPackBytes } = input;
  // Files that an earlier proxy left behind are not needed.
  await rm(scratchPath, { recursive: true, force: true });
  const repositories: GitProxyRepository[] = [];
  for (const [index, repository] of input.repositories.entries()) {
    const path = join(scratchPath, String(index));
    await mkdir(path, { recursive: true, mode: 0o700 });
    const { mirrorPath } = repository;
    const remote = () => repository.remote();
    const packCheck = createPackCheck({ spawnGit, path, mirrorPath, maxPackBytes, remote });
    repositories.push({ repository, packCheck, pushing: new Semaphore(1) });
  }
  const closing = new AbortController();
  const running = new Set<Promise<void>>();
  const proxy: GitProxyState = {
    repositories,
    scratchPath,
    maxPackBytes,
    spawnGit,
    outbound,
    log,
    running: () => running.size,
    lfs: { transfers: createTransfers(), maxObjectBytes: maxPackBytes, outbound },
    onPushed: async (push) => input.onPushed?.(push),
  };
  const server = createServer(
    { headersTimeout: headersWithinMs, requestTimeout: requestWithinMs },
    (request, response) => {
      if (refusePage(request, response)) return;
      const gone = new AbortController();
      response.once("close", () => gone.abort());
      const signal = AbortSignal.any([gone.signal, closing.signal]);
      const served = serveGit(request, response, proxy, signal).finally(() => running.delete(served));
      running.add(served);
    },
  );
  const closeSocket = await serveForwarded(server, input, maxConnections, lease);
  return {
    async close() {
      closing.abort();
      await closeSocket();
      // Each request was aborted. A request that hangs nevertheless must not block the turn.
      if (!(await settlesWithin(Promise.all(running), closesWithinMs)))
        log.error({ running: running.size }, "git requests are still running after their proxy was closed");
      await rm(scratchPath, { recursive: true, force: true });
    },
  };
}
