import { existsSync } from "node:fs";
import { lstat, readdir, rm, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "./make-folder.ts";
import type { FileOwner } from "./session-owner.ts";

/** Matches an unfinished socket and a sandbox's marker. Both names start with a dot and the ID of the process that created them. */
const ofProcess = /^\.(\d+)-/;

let held = 0;

/**
 * Creates the folder for a session's sockets, and prevents its removal until the returned function is called. A running program sees only
 * the folder that existed when the program started. The folder must therefore remain when another worker stops the session's earlier
 * sandbox.
 */
export async function holdSocketsFolder(folder: string): Promise<() => Promise<void>> {
  const mark = join(folder, `.${process.pid}-held-${++held}`);
  await makeFolder(folder);
  await writeFile(mark, "", { mode: 0o600 });
  return async () => {
    await rm(mark, { force: true });
    await removeIfUnused(folder);
  };
}

/** Removes the sockets that belong to one of `count` users, and the listeners of which were not closed. */
export async function removeSocketsOf(folder: string, { uid }: FileOwner, count: number): Promise<void> {
  // `clear` may have removed the folder.
  for (const name of await readdir(folder).catch(() => [])) {
    const found = await lstat(join(folder, name)).catch(() => null);
    if (found !== null && found.uid >= uid && found.uid < uid + count)
      await rm(join(folder, name), { force: true });
  }
}

/** Removes files that exited processes left in the folder. Then removes the folder if it is empty. */
async function removeIfUnused(folder: string): Promise<void> {
  try {
    for (const name of await readdir(folder)) {
      const pid = ofProcess.exec(name)?.[1];
      if (pid !== undefined && !existsSync(`/proc/${pid}`)) await rm(join(folder, name), { force: true });
    }
    await rmdir(folder);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "ENOTEMPTY" && code !== "EEXIST") throw cause;
  }
}
