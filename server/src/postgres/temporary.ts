import { randomUUID } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isCode } from "./errno.ts";

/** Names that this process uses. They distinguish its folders from those of a dead process with the same pid, which occurs in containers. */
const own = new Set<string>();

/** Returns a folder name that identifies the process that fills the folder. Only a rename makes the content final. */
export function temporaryName(purpose: string): string {
  const name = `${purpose}.tmp.${process.pid}.${randomUUID().slice(0, 8)}`;
  own.add(name);
  return name;
}

/** Removes incomplete folders of processes that died. */
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
