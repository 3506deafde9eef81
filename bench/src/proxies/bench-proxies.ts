import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { paths } from "../../../server/src/core/base/index.ts";
import type { ForwardName } from "../../../server/src/core/turns/index.ts";
import { createBubblewrap } from "../../../server/src/sandbox/bubblewrap/create-bubblewrap.ts";
import { sessionOwner } from "../../../server/src/sandbox/folders/session-owner.ts";
import { forwardNames, socketPathIn } from "../../../server/src/sandbox/forwards/socket-names.ts";
import { prepareRuntime } from "../../../server/src/sandbox/prepare-runtime.ts";
import type { Figure, Report } from "../report/figure.ts";
import { median } from "../report/statistics.ts";
import { createBenchSandbox } from "../support/create-bench-sandbox.ts";
import { startReadyProcess } from "../support/ready-process.ts";
import type { Taken } from "./client.ts";
import { makeRepository } from "./make-repository.ts";
import { createRunner, placeClient } from "./run-client.ts";
import { listTransfers, type Transfer, type Way, ways } from "./transfers.ts";

const RUNS = 9;
const UID_BASE = 700_000;
const SERVER = fileURLToPath(new URL("server.ts", import.meta.url));
const OPEN_PROXIES = fileURLToPath(new URL("open-proxies.ts", import.meta.url));
const PACK_BYTES = 64 * 1024 * 1024;
/** Numbers of the two sandboxes. The first sandbox uses the proxies, and the second connects directly to the server. */
const WITH_PROXIES = 1;
const WITHOUT_PROXIES = 2;

/**
 * Measures the throughput of each proxy into a sandbox. The floor is the same transfer by the same client outside the
 * sandbox, directly from the server. Server, broker and client are separate processes. The bench also measures each
 * part alone: init's forwarding in front of the server, and the proxy without a sandbox.
 */
export async function benchProxies(print: (line: string) => void): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), "tembo-bench-proxies-"));
  cleanup.defer(() => rm(dataDir, { recursive: true, force: true }));
  // Sandboxes run as other users.
  await chmod(dataDir, 0o711);
  const log = {
    info() {},
    warn: () => print("a guard is not active on this machine; run tembo doctor"),
    error() {},
  };
  const provider = createBubblewrap({
    dataDir,
    nodeBinary: await prepareRuntime(dataDir),
    uidBase: UID_BASE,
    log,
  });
  const { port, packBytes } = await startServerAndProxies(dataDir, cleanup);
  const folder = join(dataDir, "client");
  const clientPath = await placeClient(folder);
  const run = createRunner({
    clientPath,
    withProxies: await createBenchSandbox(provider, WITH_PROXIES, [folder]),
    withoutProxies: await createBenchSandbox(provider, WITHOUT_PROXIES, [folder]),
  });
  cleanup.defer(() => run.stop());

  const transfers = listTransfers({
    port,
    proxies: socketsOf(dataDir, WITH_PROXIES),
    packBytes,
    cloneFolder: join(dataDir, "clone"),
  });
  const measurements: Record<string, number[]> = {};
  for (const transfer of transfers) await measure(transfer, run.client, measurements, print);
  return {
    figures: transfers.map((transfer) => figureOf(transfer, measurements)),
    notes: [
      "The floor is the same client outside the sandbox, connected directly to the server. Client, broker and server share",
      "this machine's processors, so unpaced transfers compare one copy of each byte with several.",
      "each part alone, as a share of the floor (forwarder in front of the server; proxy without a sandbox):",
      ...transfers.map((transfer) => describeParts(transfer, measurements)),
    ],
    measurements,
  };
}

function socketsOf(dataDir: string, number: number): Record<ForwardName, string> {
  const folder = paths.sockets(dataDir, `bench-${number}`);
  const entries = forwardNames.map((name) => [name, socketPathIn(folder, name)]);
  return Object.fromEntries(entries) as Record<ForwardName, string>;
}

async function startServerAndProxies(
  dataDir: string,
  cleanup: AsyncDisposableStack,
): Promise<{ readonly port: number; readonly packBytes: number }> {
  const gitRoot = join(dataDir, "forge");
  const packBytes = await makeRepository(join(gitRoot, "app.git"), PACK_BYTES);
  const serverSocket = socketsOf(dataDir, WITHOUT_PROXIES).egress;
  await mkdir(join(serverSocket, ".."), { recursive: true });
  const server = await startReadyProcess(
    [SERVER],
    { SOCKET_PATH: serverSocket, GIT_ROOT: gitRoot },
    /^ready (\d+)$/,
  );
  cleanup.defer(() => server.stop());
  const proxies = await startReadyProcess(
    [OPEN_PROXIES],
    {
      PROXIES: JSON.stringify(socketsOf(dataDir, WITH_PROXIES)),
      OWNER_ID: String(sessionOwner(UID_BASE, WITH_PROXIES).uid),
      PORT: server.url,
      MIRROR_PATH: join(gitRoot, "app.git"),
      SCRATCH_PATH: join(dataDir, "scratch"),
    },
    /^ready (\S+)$/,
  );
  cleanup.defer(() => proxies.stop());
  return { port: Number(server.url), packBytes };
}

async function measure(
  { name, key, bytes, jobs }: Transfer,
  client: (way: Way, job: NonNullable<Transfer["jobs"][Way]>) => Promise<Taken>,
  measurements: Record<string, number[]>,
  print: (line: string) => void,
): Promise<void> {
  const keep = (what: string, value: number) => {
    measurements[what] = [...(measurements[what] ?? []), value];
  };
  for (let run = -1; run < RUNS; run += 1) {
    // Alternates between the paths and reverses their order in every other run. Other load on the machine then affects all of them equally.
    for (const way of run % 2 === 0 ? ways : ways.toReversed()) {
      const job = jobs[way];
      if (job === null) continue;
      const { firstByteMs, transferMs } = await client(way, job);
      if (run < 0) continue; // The first runs warm up the page cache and the compiled code of server and broker.
      keep(`${key}.${way}`, bytes / 1e6 / (transferMs / 1000));
      if (firstByteMs > 0) keep(`${key}.${way}.firstByteMs`, firstByteMs);
    }
  }
  const rates = ways.flatMap((way) => {
    const sample = measurements[`${key}.${way}`];
    return sample === undefined ? [] : [`${way} ${median(sample).toFixed(0)}`];
  });
  print(`${name}, MB per s: ${rates.join(", ")}`);
}

function figureOf({ name, key }: Transfer, measurements: Record<string, number[]>): Figure {
  return {
    name: `${name}, MB`,
    unit: "per s",
    product: median(measurements[`${key}.whole`]!),
    floor: median(measurements[`${key}.direct`]!),
    goal: { bound: "at least", factor: 0.8 },
    runs: RUNS,
  };
}

function describeParts({ name, key }: Transfer, measurements: Record<string, number[]>): string {
  const share = (way: Way) => {
    const sample = measurements[`${key}.${way}`];
    const floor = median(measurements[`${key}.direct`]!);
    return sample === undefined ? "   -" : (median(sample) / floor).toFixed(2);
  };
  const firstByte = (way: Way) => {
    const sample = measurements[`${key}.${way}.firstByteMs`];
    return sample === undefined ? null : median(sample).toFixed(1);
  };
  const first =
    firstByte("whole") === null
      ? ""
      : `; first byte after ${firstByte("whole")} ms (floor ${firstByte("direct")})`;
  return `  forwarder ${share("forwarder")}, proxy ${share("proxy")}, whole way ${share("whole")}  ${name}${first}`;
}
