import { readdirSync, readFileSync } from "node:fs";
import { identify, isErrno, killProcess, type ProcessIdentity } from "../processes/process-identity.ts";

/**
 * Returns gVisor's host processes whose arguments contain a state folder inside this folder. Programs in the sandbox are not host
 * processes. The host processes that run their code exit together with the returned ones.
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

/** Returns the arguments of a process, or an empty string if the process has exited. */
function readArguments(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1");
  } catch (cause) {
    if (isErrno(cause, "ENOENT") || isErrno(cause, "ESRCH")) return "";
    throw cause;
  }
}
