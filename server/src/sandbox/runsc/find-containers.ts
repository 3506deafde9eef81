import { readdirSync, readFileSync } from "node:fs";
import { identify, isErrno, killProcess, type ProcessIdentity } from "../processes/process-identity.ts";

/**
 * Returns the host processes of gVisor whose arguments name a state folder in or below this folder. Programs inside are not processes of
 * the host, and the processes that run their code end together with these.
 */
export function findContainers(stateFolder: string): ProcessIdentity[] {
  const needle = `--root=${stateFolder}/`;
  const pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  return pids.filter((pid) => readArguments(pid).includes(needle)).flatMap((pid) => identify(pid) ?? []);
}

/** Kills the containers. Returns false if there were none. */
export function killContainers(stateFolder: string): boolean {
  const found = findContainers(stateFolder);
  for (const process of found) killProcess(process);
  return found.length > 0;
}

/** Returns the arguments of a process, or an empty string if it has ended. */
function readArguments(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1");
  } catch (cause) {
    if (isErrno(cause, "ENOENT") || isErrno(cause, "ESRCH")) return "";
    throw cause;
  }
}
