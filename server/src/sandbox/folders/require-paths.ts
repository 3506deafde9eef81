import { lstat } from "node:fs/promises";
import { isAbsolute } from "node:path";
import { AppError } from "../../core/base/index.ts";

/** Throws `sandbox_unavailable` with the first path that is missing or not absolute. */
export async function requirePaths(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    if (isAbsolute(path) && (await lstat(path).then(Boolean, () => false))) continue;
    throw new AppError(
      "sandbox_unavailable",
      `The sandbox requires ${path}, which is missing. Reinstall it, or correct the path.`,
    );
  }
}
