import { readdirSync, readFileSync } from "node:fs";
import { isErrno } from "../processes/process-identity.ts";

/** Returns the pids of all processes on the host that run as one of `count` users, in any namespace. */
export function pidsOfUsers(firstUid: number, count = 1): number[] {
  const pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  return pids.filter((pid) => {
    const uid = userOf(pid);
    return uid !== null && uid >= firstUid && uid < firstUid + count;
  });
}

/**
 * Returns a process's user, or null if the process has exited. Reads the user from the process's status. The owner of /proc/pid is not
 * reliable, because a program can change it to root by disabling its core dumps.
 */
function userOf(pid: number): number | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "latin1");
    // A dead process that its parent has not collected yet has no files and no rights.
    if (/^State:\s+Z/m.test(status)) return null;
    const found = /^Uid:\s+(\d+)/m.exec(status);
    return found === null ? null : Number(found[1]);
  } catch (cause) {
    if (isErrno(cause, "ENOENT") || isErrno(cause, "ESRCH")) return null;
    throw cause;
  }
}
