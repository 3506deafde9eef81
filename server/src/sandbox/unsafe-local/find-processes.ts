import { readFileSync } from "node:fs";
import { listPids } from "../processes/find-descendants.ts";
import { identify, isErrno, type ProcessIdentity } from "../processes/process-identity.ts";

/**
 * Without a PID namespace nothing holds a program's processes together once they leave its group and their parents
 * die. What they still carry is the environment they began with: each program has a TMPDIR of its own.
 */
export function findByTmpdir(prefix: string): ProcessIdentity[] {
  const needle = `\0TMPDIR=${prefix}`;
  return listPids()
    .filter((pid) => `\0${readEnvironment(pid)}`.includes(needle))
    .flatMap((pid) => identify(pid) ?? []);
}

/** Empty for what is gone meanwhile, for kernel threads and for other people's processes. */
function readEnvironment(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1");
  } catch (cause) {
    if (["ENOENT", "ESRCH", "EACCES", "EPERM"].some((code) => isErrno(cause, code))) return "";
    throw cause;
  }
}
