import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { newId, systemClock } from "../../core/base/index.ts";
import { testOutbound } from "../../outbound/testing/test-outbound.ts";
import { openVault } from "../../vault/open-vault.ts";
import { createForwarding, type ForwardingOptions } from "../create-forwarding.ts";
import { keepLink } from "../keep-link.ts";

export interface ProcessesOptions {
  readonly pingMs?: number;
}

/** Starts servers and workers that share a registry in memory. Workers listen on no address. */
export async function startProcesses(t: TestContext, { pingMs = 60_000 }: ProcessesOptions = {}) {
  const warnings: string[] = [];
  const log = {
    info() {},
    warn: (_fields: object, message: string) => void warnings.push(message),
    error() {},
  };
  const folder = mkdtempSync(join(tmpdir(), "tembo-links-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const { vault } = await openVault({ file: join(folder, "master.key"), usedKeyIds: async () => [] });
  const tokens = { vault, clock: systemClock };
  const workers = new Set<string>();
  const linked = new Map<string, string>();
  const addresses = new Map<string, string | null>();
  /** Process that runs the sandbox of each session. */
  const holders = new Map<string, string>();
  let lookups = 0;
  let recorded = 0;
  let wake = Promise.withResolvers<void>();
  const changed = () => {
    wake.resolve();
    wake = Promise.withResolvers();
  };
  const registry: ForwardingOptions["registry"] = {
    link: async (workerId, serverId) => {
      if (!workers.has(workerId)) return false;
      linked.set(workerId, serverId);
      recorded += 1;
      changed();
      return true;
    },
    unlink: async (workerId, serverId) => {
      if (linked.get(workerId) === serverId) linked.delete(workerId);
      changed();
    },
    findRoute: async (processId) => {
      lookups += 1;
      const serverId = addresses.has(processId) ? processId : linked.get(processId);
      return serverId === undefined ? null : { serverId, address: addresses.get(serverId) ?? null };
    },
  };
  const createProcess = (id: string, listener: RequestListener) => {
    const forwarding = createForwarding({
      processId: id,
      registry,
      findHolder: async (sessionId) => holders.get(sessionId) ?? null,
      findForgeServer: async () => null,
      tokens,
      outbound: testOutbound(),
      log,
      pingMs,
    });
    const server = createServer(
      { shouldUpgradeCallback: (request) => forwarding.ownsUpgrade(request) },
      listener,
    );
    server.on("upgrade", forwarding.serveUpgrade);
    forwarding.serveWith(server);
    t.after(() => {
      forwarding.close();
      server.closeAllConnections();
      server.close();
    });
    return { id, forwarding, server };
  };
  return {
    tokens,
    holders,
    workers,
    addresses,
    warnings,
    lookups: () => lookups,
    /** Number of links that workers have opened in total. */
    recorded: () => recorded,
    /** Resolves when workers have opened this many links in total. */
    untilRecorded: async (count: number) => {
      while (recorded < count) await wake.promise;
    },
    /** Resolves when the registry has a link of the worker, or has none. */
    until: async (workerId: string, isLinked: boolean) => {
      while (linked.has(workerId) !== isLinked) await wake.promise;
    },
    async server(listener: RequestListener = (_request, response) => void response.end("server")) {
      const made = createProcess(newId(), listener);
      made.server.listen(0, "127.0.0.1");
      await once(made.server, "listening");
      const url = `http://127.0.0.1:${(made.server.address() as AddressInfo).port}`;
      addresses.set(made.id, url);
      return { ...made, url };
    },
    async worker(url: string, listener: RequestListener) {
      const made = createProcess(newId(), listener);
      workers.add(made.id);
      const close = keepLink({
        ...{ url, tokens, log, pingMs },
        workerId: made.id,
        outbound: testOutbound(),
        serve: made.forwarding.serve,
      });
      t.after(close);
      return { ...made, close };
    },
  };
}

export type Processes = Awaited<ReturnType<typeof startProcesses>>;
