import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { type FileHandle, open, realpath } from "node:fs/promises";
import { basename, dirname, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { AppError, reason } from "../../core/base/index.ts";

const run = promisify(execFile);

/**
 * Gives everything at `path` to a user. `roots` are the folders that a sandbox writes to; whatever lies in them is hostile:
 * no symbolic link is followed, neither on the way to `path` (each folder is opened without following, and held
 * open) nor below it (chown -R -P -h walks by descriptor). Paths outside of the roots are refused.
 */
export async function ownFiles(
  path: string,
  owner: { readonly uid: number; readonly gid: number },
  roots: readonly string[],
): Promise<void> {
  const root = roots.find((folder) => isWithin(resolve(path), resolve(folder)));
  if (root === undefined) {
    throw new AppError("internal", `${path} is not in the workspace or the home of the sandbox.`);
  }
  if (process.getuid?.() !== 0) return;
  try {
    const folder = await openFolder(
      dirname(resolve(root)),
      relative(dirname(resolve(root)), dirname(resolve(path))),
    );
    try {
      await run("chown", ["-R", "-P", "-h", `${owner.uid}:${owner.gid}`, "--", `./${basename(path)}`], {
        cwd: `/proc/${process.pid}/fd/${folder.fd}`,
        env: { PATH: "/usr/bin:/bin", LANG: "C" },
      });
    } finally {
      await folder.close();
    }
  } catch (cause) {
    throw new AppError(
      "sandbox_unavailable",
      `The files at ${path} cannot be given to the sandbox: ${reason(cause)}`,
      {
        cause,
      },
    );
  }
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** Opens `base`, then each part below it, refusing symbolic links among the parts. */
async function openFolder(base: string, below: string): Promise<FileHandle> {
  const flags = constants.O_RDONLY | constants.O_DIRECTORY;
  let folder = await open(await realpath(base), flags);
  for (const part of below.split("/").filter((name) => name !== "")) {
    try {
      const next = await open(`/proc/self/fd/${folder.fd}/${part}`, flags | constants.O_NOFOLLOW);
      await folder.close();
      folder = next;
    } catch (cause) {
      await folder.close();
      throw cause;
    }
  }
  return folder;
}
