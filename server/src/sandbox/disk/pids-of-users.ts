import { readFileSync } from "node:fs";
import { listPids } from "../processes/find-descendants.ts";
import { isErrno } from "../processes/process-identity.ts";

/** Returns the pids of all processes on the host that run as one of `count` users, in any namespace. */
export function pidsOfUsers(firstUid: number, count = 1): number[] {
  return select(scanUsers(), firstUid, count);
}

type Users = ReadonlyMap<number, number>;

/**
 * Returns a function like `pidsOfUsers` whose result may be `maxAgeMs` old, so that the sandboxes of a machine share one scan of its processes.
 */
export function shareScan(
  maxAgeMs: number,
  { scan = scanUsers, nowMs = () => performance.now() }: { scan?: () => Users; nowMs?: () => number } = {},
): typeof pidsOfUsers {
  let last: { readonly users: Users; readonly atMs: number } | null = null;
  return (firstUid, count = 1) => {
    if (last === null || nowMs() - last.atMs > maxAgeMs) last = { users: scan(), atMs: nowMs() };
    return select(last.users, firstUid, count);
  };
}

/** Returns the pids at most one second ago. */
export const recentPidsOfUsers = shareScan(1_000);

const select = (users: Users, firstUid: number, count: number): number[] =>
  [...users].flatMap(([pid, uid]) => (uid >= firstUid && uid < firstUid + count ? pid : []));

/** Returns the user of each process on the host. */
function scanUsers(): Users {
  const users = new Map<number, number>();
  for (const pid of listPids()) {
    const uid = userOf(pid);
    if (uid !== null) users.set(pid, uid);
  }
  return users;
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
