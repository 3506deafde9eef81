import { readdirSync, readFileSync, realpathSync } from "node:fs";

/**
 * Lists the mounts at or below a folder that any process on this machine has, with their unique IDs. A mount of another
 * folder does not count, because tests that run at the same time also mount.
 */
export function listMountsBelow(folder: string): string[] {
  const path = realpathSync(folder);
  const isBelow = (mountPoint: string) => mountPoint === path || mountPoint.startsWith(`${path}/`);
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  // proc_pid_mountinfo(5): the ID, three other fields, and the mount point as the process sees it.
  const mounts = processes.flatMap(readMounts).map((line) => line.split(" "));
  const found = mounts.filter(([, , , , mountPoint = ""]) => isBelow(mountPoint));
  return [...new Set(found.map(([id, , , , mountPoint]) => `${id} ${mountPoint}`))].sort();
}

function readMounts(processId: string): string[] {
  try {
    return readFileSync(`/proc/${processId}/mountinfo`, "utf8").split("\n");
  } catch {
    // The process has ended, or belongs to another user.
    return [];
  }
}
