import { existsSync } from "node:fs";
import { readdir, rm, rmdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { SandboxSpec } from "../../core/turns/index.ts";

/** A door that is being made is called after its process: `.PID-NUMBER`. */
const unfinished = /^\.(\d+)-\d+$/;
const isMissing = (cause: unknown) => (cause as NodeJS.ErrnoException).code === "ENOENT";

/**
 * The folder of a session's doors goes with its last door; where none was ever opened in it, with the sandbox. Doors that a process
 * which has died did not finish go too.
 */
export async function removeDoorFolder({
  sessionId,
  doors,
}: Pick<SandboxSpec, "sessionId" | "doors">): Promise<void> {
  const folder = dirname(doors.model);
  if (basename(folder) !== sessionId) return;
  try {
    for (const name of await readdir(folder)) {
      const pid = unfinished.exec(name)?.[1];
      if (pid !== undefined && !existsSync(`/proc/${pid}`)) await rm(join(folder, name), { force: true });
    }
    await rmdir(folder);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (!isMissing(cause) && code !== "ENOTEMPTY" && code !== "EEXIST") throw cause;
  }
}
