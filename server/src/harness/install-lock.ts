import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pollUntil } from "../runtime/poll-until.ts";

const pollMs = 250;
const reportIntervalMs = 3_000;
/** Age at which a lock without a signature counts as abandoned. A process signs a lock much sooner after creating it. */
const unsignedIsStaleMs = 10_000;

/**
 * Runs `work` while holding a lock between processes on this machine. The lock is a folder, which only one process can create. The owner signs
 * it with its pid and start time, because a pid may be reused. Another process takes over the lock if the owner has exited. While waiting,
 * reports progress, and throws if `signal` aborts.
 */
export async function withInstallLock(
  lockPath: string,
  onProgress: (line: string) => void,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  await acquire(lockPath, onProgress, signal);
  try {
    await work();
  } finally {
    await rm(lockPath, { recursive: true, force: true });
  }
}

async function acquire(lockPath: string, onProgress: (line: string) => void, signal: AbortSignal) {
  const startedAtMs = performance.now();
  let reportedAtMs = 0;
  const isMine = async () => {
    if (await tryMake(lockPath)) return true;
    if (await isStale(lockPath)) await takeAway(lockPath);
    const waitedMs = performance.now() - startedAtMs;
    if (waitedMs - reportedAtMs >= reportIntervalMs) {
      reportedAtMs = waitedMs;
      onProgress(`another process is installing it, waited ${Math.round(waitedMs / 1000)} s`);
    }
    return false;
  };
  await pollUntil(isMine, { every: pollMs, timeoutMs: Number.POSITIVE_INFINITY, signal });
  await writeFile(ownerPath(lockPath), await identityOf(process.pid));
}

async function tryMake(lockPath: string): Promise<boolean> {
  try {
    await mkdir(lockPath);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function isStale(lockPath: string): Promise<boolean> {
  const owner = await readIfThere(ownerPath(lockPath));
  if (owner === null || owner === "") return isOlderThan(lockPath, unsignedIsStaleMs);
  return (await identityOf(Number(owner.split(" ")[0]))) !== owner;
}

/**
 * Removes a stale lock while holding a guard lock. If several processes find a stale lock, only one of them removes it. None of them
 * removes a lock that was created later.
 */
async function takeAway(lockPath: string): Promise<void> {
  const guard = `${lockPath}.takeover`;
  if (!(await tryMake(guard))) {
    if (await isOlderThan(guard, unsignedIsStaleMs)) await rm(guard, { recursive: true, force: true });
    return;
  }
  try {
    if (await isStale(lockPath)) await rm(lockPath, { recursive: true, force: true });
  } finally {
    await rm(guard, { recursive: true, force: true });
  }
}

async function isOlderThan(path: string, ms: number): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs > ms;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

/**
 * Returns `PID START`, where START is in clock ticks since boot (proc_pid_stat(5), field 22). Without /proc, START is "-". Returns an empty
 * string if the process does not exist.
 */
async function identityOf(pid: number): Promise<string> {
  const text = await readIfThere(`/proc/${pid}/stat`);
  if (text === null) return isRunning(pid) ? `${pid} -` : "";
  return `${pid} ${text.slice(text.lastIndexOf(")") + 2).split(" ")[19]}`;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ESRCH") return null;
    throw error;
  }
}

function ownerPath(lockPath: string): string {
  return join(lockPath, "owner");
}
