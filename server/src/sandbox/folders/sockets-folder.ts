import { existsSync } from "node:fs";
import { readdir, rm, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "./make-folder.ts";

/** A socket that is being made, or the mark of a sandbox: both are named after their process. */
const ofProcess = /^\.(\d+)-/;

let held = 0;

/**
 * Makes the folder of a session's sockets, and keeps it until the function that comes back is called: a program sees the folder that was
 * there when it started, and another worker may end the session's earlier sandbox meanwhile.
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

/** Removes the folder when nobody listens in it or holds it. What dead processes left in it goes too. */
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
