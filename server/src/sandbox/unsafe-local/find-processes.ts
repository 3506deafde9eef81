import { readFileSync } from "node:fs";
import { listPids } from "../processes/find-descendants.ts";
import { identify, isErrno, type ProcessIdentity } from "../processes/process-identity.ts";

/**
 * Finds processes whose TMPDIR starts with `prefix` in their initial environment. Each program has a unique TMPDIR. Without a pid namespace,
 * nothing else identifies a process after it leaves the program's process group and its parent exits.
 */
export function findByTmpdir(prefix: string): ProcessIdentity[] {
  const needle = `\0TMPDIR=${prefix}`;
  return listPids()
    .filter((pid) => `\0${readEnvironment(pid)}`.includes(needle))
    .flatMap((pid) => identify(pid) ?? []);
}

/** Returns a process's initial environment, or an empty string for ended processes, kernel threads and other users' processes. */
function readEnvironment(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1");
  } catch (cause) {
    if (["ENOENT", "ESRCH", "EACCES", "EPERM"].some((code) => isErrno(cause, code))) return "";
    throw cause;
  }
}
