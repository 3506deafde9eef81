import { readdirSync, readFileSync } from "node:fs";
import { identify, isErrno, killProcess, type ProcessIdentity } from "../processes/process-identity.ts";

/**
 * gVisor's processes of the host whose state lies in this folder or below: each has it in its arguments. The programs inside are no
 * processes of the host, and what runs their code ends with these.
 */
export function findContainers(stateFolder: string): ProcessIdentity[] {
  const needle = `--root=${stateFolder}/`;
  const pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  return pids.filter((pid) => readArguments(pid).includes(needle)).flatMap((pid) => identify(pid) ?? []);
}

/** False when none was left to kill. */
export function killContainers(stateFolder: string): boolean {
  const found = findContainers(stateFolder);
  for (const process of found) killProcess(process);
  return found.length > 0;
}

/** Empty for what is gone meanwhile. */
function readArguments(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1");
  } catch (cause) {
    if (isErrno(cause, "ENOENT") || isErrno(cause, "ESRCH")) return "";
    throw cause;
  }
}
