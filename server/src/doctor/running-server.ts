import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Config, type Environment, type Machine, parseConfig } from "../config.ts";

/** Server of this user that runs on this machine, and the environment with which it was started. */
export interface RunningServer {
  readonly pid: number;
  readonly env: Environment;
  readonly config: Config;
}

/** Settings that identify a server. */
const placeVariables = ["HOST", "PORT", "TEMBO_DATA_DIR", "DATABASE_URL"] as const;

/**
 * Finds the server that belongs to a shell's environment. If the shell sets one of `placeVariables`, returns the server with the same host,
 * port and data folder. Otherwise, returns the running server if there is only one. Returns null in all other cases, so that the shell's
 * own settings apply. Reads `/proc`, where a user can read the environment of their own processes.
 */
export async function findRunningServer(
  env: Environment,
  machine: Machine,
  proc = "/proc",
): Promise<RunningServer | null> {
  const servers = await listServers(machine, proc);
  if (!placeVariables.some((name) => env[name])) return servers.length === 1 ? servers[0]! : null;
  const meant = configOf(env, machine);
  const isMeant = ({ config }: RunningServer) =>
    config.host === meant?.host && config.port === meant.port && config.dataDir === meant.dataDir;
  return servers.find(isMeant) ?? null;
}

async function listServers(machine: Machine, proc: string): Promise<RunningServer[]> {
  const entries = await readdir(proc).catch(() => []);
  const pids = entries.filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map((pid) => serverOf(pid, machine, proc)));
  return found.filter((server) => server !== null);
}

async function serverOf(pid: string, machine: Machine, proc: string): Promise<RunningServer | null> {
  const folder = join(proc, pid);
  try {
    const { uid } = await stat(folder);
    if (uid !== process.getuid?.()) return null;
    const words = (await readFile(join(folder, "cmdline"), "utf8")).split("\0");
    const main = words.findIndex((word) => /(^|\/)cli\/src\/main\.[jt]s$/.test(word));
    if (main < 0 || !["start", "server"].includes(words[main + 1] ?? "")) return null;
    const env = readEnvironment(await readFile(join(folder, "environ"), "utf8"));
    const config = configOf(env, machine);
    return config === null ? null : { pid: Number(pid), env, config };
  } catch {
    // The process has exited, or its files cannot be read.
    return null;
  }
}

function readEnvironment(text: string): Environment {
  const entries = text.split("\0").filter((entry) => entry.includes("="));
  return Object.fromEntries(
    entries.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]),
  );
}

function configOf(env: Environment, machine: Machine): Config | null {
  try {
    return parseConfig(env, machine);
  } catch {
    return null;
  }
}
