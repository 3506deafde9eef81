import { readdirSync, readFileSync } from "node:fs";
import { isErrno } from "../processes/process-identity.ts";

/** Returns the host's processes that run as this user, in any namespace. */
export function pidsOfUser(uid: number): number[] {
  const pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  return pids.filter((pid) => userOf(pid) === uid);
}

/**
 * Reads the status, not the owner of /proc/pid: a program can make root the owner by disabling its core dumps. Returns null
 * if the process has ended.
 */
function userOf(pid: number): number | null {
  try {
    const found = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"));
    return found === null ? null : Number(found[1]);
  } catch (cause) {
    if (isErrno(cause, "ENOENT") || isErrno(cause, "ESRCH")) return null;
    throw cause;
  }
}
