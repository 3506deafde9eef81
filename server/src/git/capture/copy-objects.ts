import { constants } from "node:fs";
import { copyFile, mkdir, opendir } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../core/base/index.ts";
import { areRealDirectories, isRealDirectory, openRegular } from "../workspace/workspace-head.ts";
import { give, type Owner } from "../workspace/write-repository.ts";

/** Limits for the copies. A sparse file uses no space in the workspace, but its copy uses the file's full size. */
const maxBytes = 8 * 1024 ** 3;
const maxFiles = 500_000;

export interface CopyLimits {
  readonly maxBytes: number;
  readonly maxFiles: number;
}

/**
 * Copies the objects that a checkout itself contains. Copies only regular files with the name of an object, a pack or a pack index, and
 * follows neither alternates nor links. The copies may still be hostile, so readers must check them. Throws `git_failed` if the copies
 * exceed the limits.
 */
export async function copyWorkspaceObjects(
  input: {
    readonly gitDir: string;
    readonly to: string;
    readonly owner: Owner;
    readonly limits?: CopyLimits;
  },
  signal: AbortSignal,
): Promise<void> {
  const { gitDir, to, owner } = input;
  const from = join(gitDir, "objects");
  if (!(await areRealDirectories(gitDir, ["", "objects"]))) return;
  const left = { ...(input.limits ?? { maxBytes, maxFiles }) };
  for await (const { name: directory } of await opendir(from)) {
    const isPack = directory === "pack";
    if (!isPack && !/^[0-9a-f]{2}$/.test(directory)) continue;
    if (!(await isRealDirectory(join(from, directory)))) continue;
    const wanted = isPack ? /^pack-[0-9a-f]{40,64}\.(?:pack|idx)$/ : /^(?:[0-9a-f]{38}|[0-9a-f]{62})$/;
    const target = join(to, directory);
    await mkdir(target, { recursive: true });
    give(target, owner);
    for await (const { name } of await opendir(join(from, directory))) {
      signal.throwIfAborted();
      if (wanted.test(name)) await copyRegular(join(from, directory, name), join(target, name), owner, left);
    }
  }
}

async function copyRegular(
  from: string,
  to: string,
  owner: Owner,
  left: { maxBytes: number; maxFiles: number },
): Promise<void> {
  const file = await openRegular(from);
  if (!file) return;
  try {
    left.maxBytes -= (await file.stat()).size;
    left.maxFiles--;
    if (left.maxBytes < 0 || left.maxFiles < 0)
      throw new AppError(
        "git_failed",
        "The workspace's repository exceeds the limits for the number or the total size of its objects.",
      );
    // Copies by descriptor, so that the checked file is copied even if the name now refers to another file.
    await copyFile(`/proc/self/fd/${file.fd}`, to, constants.COPYFILE_FICLONE);
  } finally {
    await file.close();
  }
  give(to, owner);
}
