import { readdirSync, readFileSync } from "node:fs";
import { isErrno } from "../processes/process-identity.ts";

/** Processes of the host that run as this user, whichever namespace they are in. */
export function pidsOfUser(uid: number): number[] {
  const pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  return pids.filter((pid) => userOf(pid) === uid);
}

/** Not the owner of /proc/pid, which a program can make root by forbidding its own dump. Null when it ended meanwhile. */
function userOf(pid: number): number | null {
  try {
    const found = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"));
    return found === null ? null : Number(found[1]);
  } catch (cause) {
    if (isErrno(cause, "ENOENT") || isErrno(cause, "ESRCH")) return null;
    throw cause;
  }
}
