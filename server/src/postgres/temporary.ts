import { randomUUID } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isCode } from "./errno.ts";

/** Told apart from those of a dead process that had the same pid, as happens in containers. */
const own = new Set<string>();

/** A folder name that says which process is filling it: what is in it becomes real by a rename only. */
export function temporaryName(purpose: string): string {
  const name = `${purpose}.tmp.${process.pid}.${randomUUID().slice(0, 8)}`;
  own.add(name);
  return name;
}

/** Removes what processes that died on the way left half. */
export async function removeAbandoned(folder: string, purpose: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = Number(new RegExp(`^${purpose}\\.tmp\\.(\\d+)\\.`).exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(pid) || own.has(name)) continue;
    if (pid !== process.pid && isAlive(pid)) continue;
    await rm(join(folder, name), { recursive: true, force: true, maxRetries: 5 });
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    if (isCode(cause, "ESRCH")) return false;
    if (isCode(cause, "EPERM")) return true;
    throw cause;
  }
}
