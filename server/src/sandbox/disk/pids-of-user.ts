import { readdirSync, readFileSync } from "node:fs";
import { isErrno } from "../processes/process-identity.ts";

/** Returns the pids of all processes on the host that run as this user, in any namespace. */
export function pidsOfUser(uid: number): number[] {
  const pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  return pids.filter((pid) => userOf(pid) === uid);
}

/**
 * Returns a process's user, or null if the process has exited. Reads the user from the process's status. The owner of /proc/pid is not
 * reliable, because a program can change it to root by disabling its core dumps.
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
