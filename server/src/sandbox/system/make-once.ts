import { randomUUID } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../core/base/index.ts";
import { lockFile } from "../../file-lock/file-lock.ts";

/** Maximum time until other processes have completed their folders, each of which takes at most a few seconds. */
const maxWaitMs = 60_000;

/**
 * Runs `work` with a path for a new folder, which `work` renames once the folder is complete. Only one process at a time, in any container,
 * does so for this kind of folder. It removes the unfinished folders that it finds, because their processes have ended. Throws
 * `sandbox_unavailable` if other processes take too long, and the errors of `lockFile`.
 */
export async function withUnfinished(
  parent: string,
  kind: string,
  work: (unfinished: string) => Promise<void> | void,
): Promise<void> {
  await using lock = await lockFile(join(parent, `.${kind}.lock`), { kind: "exclusive", waitMs: maxWaitMs });
  if (lock === null)
    throw new AppError(
      "sandbox_unavailable",
      "Another process of Tembo still prepares files for sandboxes. Try again.",
    );
  const remove = (name: string) => rm(join(parent, name), { recursive: true, force: true });
  for (const name of await readdir(parent)) if (name.startsWith(`.${kind}-`)) await remove(name);
  const unfinished = `.${kind}-${randomUUID()}`;
  try {
    await work(join(parent, unfinished));
  } finally {
    await remove(unfinished);
  }
}
