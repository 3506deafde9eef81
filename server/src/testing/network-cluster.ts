import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { pino } from "pino";
import { bareEnvironment, databaseAccount } from "../postgres/account.ts";
import { getBinaryPackage } from "../postgres/binaries.ts";
import { databaseUrl, resolveLayout } from "../postgres/layout.ts";
import { settingArguments, settings } from "../postgres/settings.ts";
import { startPostgres } from "../postgres/start-postgres.ts";
import { pollUntil } from "../runtime/poll-until.ts";

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
  await chmod(folder, 0o711);
  // The first start creates the database. The second one listens on the network.
  const first = await startPostgres({ dataDir: folder, log: pino({ level: "silent" }) });
  await first.stop();
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
  const layout = resolveLayout(await realpath(folder));
  const hba = join(folder, "hba.conf");
  await writeFile(hba, "local all all trust\nhost all all all trust\n");
  const { version } = await getBinaryPackage();
  const values = { ...settings(layout), hba_file: hba, listen_addresses: own };
  const account = databaseAccount();
  const asAccount = ["setpriv", `--reuid=${account!.uid}`, `--regid=${account!.gid}`, "--clear-groups"];
  const postgres = join(layout.binaries(version), "bin", "postgres");
  const argv = [
    "netns",
    "exec",
    near,
    ...asAccount,
    postgres,
    "-D",
    layout.data,
    ...settingArguments(values),
  ];
  const server = spawn(iproute, argv, {
    cwd: "/",
    env: { ...bareEnvironment, PATH: process.env.PATH },
    stdio: "ignore",
  });
  cleanup.defer(() => end(server, "SIGINT"));
  const localUrl = databaseUrl(layout);
  await pollUntil(() => isUp(localUrl), { every: 50, timeoutMs: 30_000 });
  return {
    localUrl,
    remoteUrl: `postgresql://tembo@${own}:5432/tembo`,
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

async function isUp(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
}
