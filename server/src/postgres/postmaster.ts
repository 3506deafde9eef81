import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile, readlink } from "node:fs/promises";
import { getPriority, setPriority } from "node:os";
import { join } from "node:path";
import { pollUntil } from "../runtime/poll-until.ts";
import { startProgram } from "../runtime/start-program.ts";
import { type Account, bareEnvironment } from "./account.ts";
import { isCode } from "./errno.ts";
import type { Layout } from "./layout.ts";
import { settingArguments, settings } from "./settings.ts";
import { isAlive } from "./temporary.ts";

/**
 * Returns the pid of the PostgreSQL that runs on this data folder, or null if there is none. The pid file alone is not reliable, because it remains
 * after a kill -9, and its pid may then belong to any process. Therefore checks the process's working folder, which is the data folder for a
 * postmaster.
 */
export async function findPostmaster(dataFolder: string): Promise<number | null> {
  try {
    const [line = ""] = (await readFile(join(dataFolder, "postmaster.pid"), "utf8")).split("\n");
    const pid = Number(line);
    if (!Number.isInteger(pid) || pid <= 1) return null;
    return (await readlink(`/proc/${pid}/cwd`)) === dataFolder ? pid : null;
  } catch (cause) {
    if (isCode(cause, "ENOENT", "EACCES", "ESRCH")) return null;
    throw cause;
  }
}

/**
 * Starts PostgreSQL so that it outlives this process. A second instance on the same folder exits by itself. Throws if the program cannot
 * run.
 */
export async function spawnPostmaster(
  layout: Layout,
  binaries: string,
  account: Account,
): Promise<ChildProcess> {
  const log = await open(layout.log, "a", 0o600);
  try {
    const child = startProgram(() =>
      spawn(join(binaries, "bin", "postgres"), ["-D", layout.data, ...settingArguments(settings(layout))], {
        ...(account ?? {}),
        cwd: "/",
        env: bareEnvironment,
        detached: true,
        stdio: ["ignore", log.fd, log.fd],
      }),
    );
    child.unref();
    // Waits before the log is closed. Otherwise, the event could occur in the meantime, and would be lost or crash the process.
    await once(child, "spawn");
    followPriority(child);
    return child;
  } finally {
    await log.close();
  }
}

/**
 * Sets PostgreSQL's priority to this process's priority if that is higher than the default. Otherwise, a prioritized server would wait for
 * its database.
 */
export function followPriority({ pid }: ChildProcess): void {
  const own = getPriority();
  if (pid === undefined || own >= 0) return;
  try {
    setPriority(pid, own);
  } catch {
    // The process has exited, or its priority cannot be raised. The default priority is sufficient.
  }
}

/**
 * Stops PostgreSQL in up to three steps. First, a fast shutdown rolls back open transactions and may take `graceMs`. Second, an immediate shutdown
 * makes PostgreSQL recover at its next start. Third, SIGKILL kills the postmaster. Returns true if PostgreSQL has exited.
 */
export async function endPostmaster(pid: number, graceMs: number): Promise<boolean> {
  for (const signal of ["SIGINT", "SIGQUIT", "SIGKILL"] as const) {
    if (!send(pid, signal)) return true;
    if (await isGoneWithin(pid, signal === "SIGQUIT" ? Math.min(graceMs, 2_000) : graceMs)) return true;
  }
  return false;
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (cause) {
    if (isCode(cause, "ESRCH")) return false;
    throw cause;
  }
}

function isGoneWithin(pid: number, graceMs: number): Promise<boolean> {
  return pollUntil(() => !isAlive(pid), { every: 10, timeoutMs: graceMs });
}
