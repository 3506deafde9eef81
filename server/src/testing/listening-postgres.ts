import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, realpath, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { pino } from "pino";
import { bareEnvironment, databaseAccount } from "../postgres/account.ts";
import { getBinaryPackage } from "../postgres/binaries.ts";
import { databaseUrl, resolveLayout } from "../postgres/layout.ts";
import { settingArguments, settings } from "../postgres/settings.ts";
import { startPostgres } from "../postgres/start-postgres.ts";
import { pollUntil } from "../runtime/poll-until.ts";

export interface ListeningPostgres {
  /** URL over a unix socket. */
  readonly localUrl: string;
  /** URL for programs that reach the address. */
  readonly remoteUrl: string;
  /** Starts PostgreSQL again after `stop`. */
  start(): Promise<void>;
  /** Stops PostgreSQL: `SIGINT` ends its connections, `SIGQUIT` simulates a crash. */
  stop(signal?: "SIGINT" | "SIGQUIT"): Promise<void>;
}

export interface ListeningPostgresOptions {
  /** A new folder for the database. */
  readonly folder: string;
  readonly address: string;
  /** Command that starts PostgreSQL, for example in a network namespace. Empty for this process's own network. */
  readonly through?: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
}

const startLimitMs = 30_000;

/** Starts PostgreSQL on a network address. It accepts every connection, so the address must be in a private namespace. */
export async function startListeningPostgres(options: ListeningPostgresOptions): Promise<ListeningPostgres> {
  const { folder, address, through = [] } = options;
  await chmod(folder, 0o711);
  // This start only creates the database. The embedded PostgreSQL does not listen on a network.
  const first = await startPostgres({ dataDir: folder, log: pino({ level: "silent" }) });
  await first.stop();
  const layout = resolveLayout(await realpath(folder));
  const hba = join(folder, "hba.conf");
  await writeFile(hba, "local all all trust\nhost all all all trust\n");
  const { version } = await getBinaryPackage();
  const values = { ...settings(layout), hba_file: hba, listen_addresses: address, ...options.settings };
  const { uid, gid } = databaseAccount()!;
  const [command = "", ...argv] = [
    ...through,
    "setpriv",
    `--reuid=${uid}`,
    `--regid=${gid}`,
    "--clear-groups",
    join(layout.binaries(version), "bin", "postgres"),
    "-D",
    layout.data,
    ...settingArguments(values),
  ];
  const localUrl = databaseUrl(layout);
  const spawnServer = () =>
    spawn(command, argv, { cwd: "/", env: { ...bareEnvironment, PATH: process.env.PATH }, stdio: "ignore" });
  let server: ReturnType<typeof spawnServer> | null = null;
  const start = async () => {
    server = spawnServer();
    if (!(await pollUntil(() => isUp(localUrl), { every: 50, timeoutMs: startLimitMs })))
      throw new Error("PostgreSQL did not start.");
  };
  await start();
  return {
    localUrl,
    remoteUrl: `postgresql://tembo@${address}:5432/tembo`,
    start,
    stop: async (signal = "SIGINT") => {
      if (server === null || server.exitCode !== null || server.signalCode !== null) return;
      const ended = once(server, "exit");
      server.kill(signal);
      await ended;
    },
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
