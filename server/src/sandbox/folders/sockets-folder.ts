import { existsSync } from "node:fs";
import { readdir, rm, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "./make-folder.ts";

/** Matches an unfinished socket or the marker of a sandbox. Both names start with the id of their process. */
const ofProcess = /^\.(\d+)-/;

let held = 0;

/**
 * Creates the folder of a session's sockets, and keeps it until the returned function is called. A program sees the
 * folder that existed when it started, and another worker may end the session's earlier sandbox at the same time.
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

/** Removes files that dead processes left in the folder. Then removes the folder if it contains no socket and no marker. */
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
