import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** Returns a new name for a folder that becomes `kind` by renaming once it is complete. */
export const unfinishedName = (kind: string): string => `.${kind}-${process.pid}-${randomUUID()}`;

/** Removes the unfinished folders of processes that have ended. */
export async function removeUnfinished(parent: string, kind: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = name.startsWith(`.${kind}-`) ? /^\d+(?=-)/.exec(name.slice(kind.length + 2))?.[0] : undefined;
    if (pid !== undefined && !existsSync(`/proc/${pid}`))
      await rm(join(parent, name), { recursive: true, force: true });
  }
}
