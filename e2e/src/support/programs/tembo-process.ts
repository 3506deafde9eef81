import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { withTimeout } from "../../../../server/src/runtime/with-timeout.ts";
import { type CommandFile, commandFile } from "./command-file.ts";

const MAX_LOG_LINES = 5_000;
const READY_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 120_000;

export interface TemboProcessOptions {
  /** Command to run. Defaults to `start`. `server` and `worker` are separate processes. */
  readonly command?: "start" | "server" | "worker";
  /** Options of the command. */
  readonly args?: readonly string[];
  readonly dataDir: string;
  readonly apiKey: string;
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Starts the program with this command and these variables. Defaults to the command of this clone on this machine. */
  readonly launch?: (command: readonly string[], env: Readonly<Record<string, string>>) => ChildProcess;
  /** Time limit of the start in milliseconds. */
  readonly readyLimitMs?: number;
}

/** A separate process that runs `tembo start` or another command, as users run it. */
export interface TemboProcess {
  /** URL of the server, or an empty string for a worker, which does not listen. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Setup link that the server printed, or null if it printed none, because a user already has a password. */
  readonly welcomeUrl: string | null;
  /** Returns the last lines that the process wrote to standard error. */
  log(): string;
  /**
   * Sends SIGTERM and waits for the exit. Returns the exit code, or null if a signal terminated the process. Throws if
   * the process does not stop in time.
   */
  stop(): Promise<number | null>;
  /** Sends SIGKILL to this process only, as the kernel does when memory is exhausted. */
  kill(): Promise<void>;
  /** Returns true if SIGKILL terminated the process. */
  wasKilled(): boolean;
}

/**
 * Starts the process and waits until it is ready. Kills it and throws an error with the last lines of its log if it is
 * not ready in time.
 */
export async function startTemboProcess(options: TemboProcessOptions): Promise<TemboProcess> {
  const {
    command = "start",
    args = [],
    dataDir,
    apiKey,
    port = 0,
    env = {},
    launch = launchFile(commandFile()),
  } = options;
  const child = launch([command, ...args], {
    HOST: "127.0.0.1",
    PORT: String(port),
    TEMBO_DATA_DIR: dataDir,
    TEMBO_BOOTSTRAP_API_KEY: apiKey,
    // Disables rate limits, unless a story tests them.
    TEMBO_RATE_LIMIT_PER_KEY_PER_MINUTE: "0",
    TEMBO_RATE_LIMIT_PER_SIGN_IN_PER_MINUTE: "0",
    TEMBO_RATE_LIMIT_PER_ORGANIZATION_PER_HOUR: "0",
    ...env,
  });
  const lines: string[] = [];
  createInterface({ input: child.stderr! }).on("line", (line) => {
    lines.push(line);
    if (lines.length > MAX_LOG_LINES) lines.shift();
  });
  const ended = once(child, "exit");
  const ready = await withTimeout(
    readyUrls(child, lines),
    options.readyLimitMs ?? READY_LIMIT_MS,
    () => null,
  );
  if (ready === null) {
    child.kill("SIGKILL");
    await ended;
    throw new Error(`tembo was not ready within the time limit:\n${lines.slice(-40).join("\n")}`);
  }
  const { url, welcomeUrl } = ready;
  const late = async (): Promise<never> => {
    await sleep(STOP_LIMIT_MS, undefined, { ref: false });
    throw new Error(`tembo did not stop within the time limit:\n${lines.slice(-40).join("\n")}`);
  };
  return {
    url,
    port: Number(URL.parse(url)?.port ?? 0),
    pid: child.pid!,
    welcomeUrl,
    log: () => lines.join("\n"),
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
      const [code] = await Promise.race([ended, late()]);
      return code as number | null;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
    wasKilled: () => child.signalCode === "SIGKILL",
  };
}

/** Returns a function that starts the command on this machine's Node. */
export function launchFile({ main, env: own }: CommandFile): NonNullable<TemboProcessOptions["launch"]> {
  return (command, env) =>
    spawn(process.execPath, [main, ...command], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...own, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
}

async function readyUrls(child: ChildProcess, lines: readonly string[]) {
  const { promise, resolve, reject } = Promise.withResolvers<Pick<TemboProcess, "url" | "welcomeUrl">>();
  let welcomeUrl: string | null = null;
  createInterface({ input: child.stdout! }).on("line", (line) => {
    const [, word, url = ""] = /^(welcome|ready)(?: (\S+))?$/.exec(line) ?? [];
    if (word === "welcome") welcomeUrl = url;
    if (word === "ready") resolve({ url, welcomeUrl });
  });
  child.once("exit", (code) =>
    reject(new Error(`tembo exited with ${code} before it was ready:\n${lines.join("\n")}`)),
  );
  return promise;
}

/** Creates a temporary data folder. `remove` also stops a PostgreSQL process that a killed server left running. */
export async function temporaryDataDir(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "tembo-"));
  return {
    path,
    remove: async () => {
      await endPostgres(path);
      await unmountBelow(path);
      await rm(path, { recursive: true, force: true });
    },
  };
}

/** Unmounts the layers that a killed process left. */
async function unmountBelow(folder: string): Promise<void> {
  const mounts = (await readFile("/proc/self/mounts", "utf8"))
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "");
  for (const mount of mounts.filter((path) => path.startsWith(`${folder}/`)).reverse())
    await promisify(execFile)("umount", ["--lazy", mount]);
}

/** Returns the process ID of a data folder's embedded PostgreSQL, or null if it is not running. */
export async function postgresPid(dataDir: string): Promise<number | null> {
  const file = await readFile(join(dataDir, "postgres", "data", "postmaster.pid"), "utf8").catch(() => null);
  const pid = Number(file?.split("\n", 1)[0]);
  if (!Number.isInteger(pid) || pid <= 0) return null;
  const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return commandLine.includes(dataDir) ? pid : null;
}

/** Stops a data folder's embedded PostgreSQL immediately, if it is running. */
export async function endPostgres(dataDir: string): Promise<void> {
  const pid = await postgresPid(dataDir);
  if (pid === null) return;
  process.kill(pid, "SIGQUIT");
  while ((await postgresPid(dataDir)) !== null) await new Promise((resolve) => setTimeout(resolve, 50));
}
