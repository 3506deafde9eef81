import { readFileSync } from "node:fs";
import { listPids } from "../processes/find-descendants.ts";
import { identify, isErrno, type ProcessIdentity } from "../processes/process-identity.ts";

/**
 * Finds processes by the TMPDIR of their initial environment, which is unique to each program. Without a PID namespace,
 * nothing else identifies a program's processes after they leave its group and their parents exit.
 */
export function findByTmpdir(prefix: string): ProcessIdentity[] {
  const needle = `\0TMPDIR=${prefix}`;
  return listPids()
    .filter((pid) => `\0${readEnvironment(pid)}`.includes(needle))
    .flatMap((pid) => identify(pid) ?? []);
}

/** Returns an empty string for ended processes, kernel threads and processes of other users. */
function readEnvironment(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1");
  } catch (cause) {
    if (["ENOENT", "ESRCH", "EACCES", "EPERM"].some((code) => isErrno(cause, code))) return "";
    throw cause;
  }
}
