import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startListeningPostgres } from "./listening-postgres.ts";

const run = promisify(execFile);
const iproute = "ip";
const ip = (...argv: readonly string[]) => run(iproute, argv);
const own = "198.51.100.1";

/** PostgreSQL on one machine, and a second machine that reaches it through a cable. */
export interface NetworkCluster {
  /** URL over a unix socket, which works while the cable is cut. */
  readonly localUrl: string;
  /** URL for programs on the second machine. */
  readonly remoteUrl: string;
  /** Starts a Node program on the second machine. */
  startRemote(argv: readonly string[]): ChildProcess;
  /** Cuts the cable. Neither side receives anything from then on. */
  cut(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts both machines as network namespaces, joined by a pair of virtual interfaces. Requires root and iproute2. */
export async function startNetworkCluster(): Promise<NetworkCluster> {
  const cleanup = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "tembo-pg-"));
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  const [near, far] = [`tembo-db-${process.pid}`, `tembo-far-${process.pid}`];
  for (const name of [near, far]) {
    await ip("netns", "add", name);
    cleanup.defer(async () => void (await ip("netns", "delete", name)));
  }
  await ip("-n", near, "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", far);
  for (const [name, address] of [
    [near, `${own}/24`],
    [far, "198.51.100.2/24"],
  ] as const) {
    await ip("-n", name, "address", "add", address, "dev", "cable");
    for (const link of ["lo", "cable"]) await ip("-n", name, "link", "set", link, "up");
  }
  const postgres = await startListeningPostgres({
    folder,
    address: own,
    through: [iproute, "netns", "exec", near],
  });
  cleanup.defer(() => postgres.stop());
  return {
    localUrl: postgres.localUrl,
    remoteUrl: postgres.remoteUrl,
    startRemote(program) {
      const child = spawn(iproute, ["netns", "exec", far, process.execPath, ...program], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      cleanup.defer(() => end(child, "SIGKILL"));
      return child;
    },
    cut: async () => void (await ip("-n", far, "link", "set", "cable", "down")),
    stop: () => cleanup.disposeAsync(),
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
}
