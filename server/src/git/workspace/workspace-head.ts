import { constants } from "node:fs";
import { lstat, open } from "node:fs/promises";
import { join } from "node:path";

export const objectName = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const maxRefsBytes = 16 * 1024 * 1024;

/**
 * Returns the checked-out commit, or null if there is none or the repository has an unknown format. Does not use git, which would apply the
 * repository's configuration. Never follows symbolic links.
 */
export async function readWorkspaceHead(gitDir: string): Promise<string | null> {
  if (!(await isRealDirectory(gitDir))) return null;
  const head = (await readRegular(join(gitDir, "HEAD"), 4096))?.trim() ?? "";
  if (objectName.test(head)) return head;
  const ref = /^ref: *(refs\/heads\/[^\0\s]+)$/.exec(head)?.[1];
  if (!ref || ref.split("/").some((step) => step === "" || step === "." || step === "..")) return null;
  const steps = ref.split("/");
  for (let depth = 1; depth < steps.length; depth++)
    if (!(await isRealDirectory(join(gitDir, ...steps.slice(0, depth))))) return packedRef(gitDir, ref);
  const loose = (await readRegular(join(gitDir, ref), 4096))?.trim() ?? "";
  return objectName.test(loose) ? loose : packedRef(gitDir, ref);
}

/** Returns true if each of these paths under `gitDir` is a folder and not a symbolic link. */
export async function areRealDirectories(gitDir: string, names: readonly string[]): Promise<boolean> {
  for (const name of names) if (!(await isRealDirectory(join(gitDir, name)))) return false;
  return true;
}

async function packedRef(gitDir: string, ref: string): Promise<string | null> {
  const text = (await readRegular(join(gitDir, "packed-refs"), maxRefsBytes)) ?? "";
  for (const line of text.split("\n")) {
    const [sha, name] = line.split(" ");
    if (name === ref && objectName.test(sha!)) return sha!;
  }
  return null;
}

/** Returns the text of a regular file with at most `maxBytes`, or null if the file is larger or `openRegular` returns null. */
export async function readRegular(path: string, maxBytes: number): Promise<string | null> {
  const file = await openRegular(path);
  if (!file) return null;
  try {
    const { size } = await file.stat();
    if (size > maxBytes) return null;
    // Reads at most this many bytes, because the file may be growing.
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Opens a regular file for reading, or returns null if the path is missing, unreadable or not a regular file. */
export async function openRegular(path: string) {
  try {
    // Opens without blocking, because the path may be a pipe.
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if ((await file.stat()).isFile()) return file;
    await file.close();
    return null;
  } catch (cause) {
    if (["ENOENT", "ELOOP", "ENOTDIR", "EACCES", "ENXIO"].includes((cause as NodeJS.ErrnoException).code!))
      return null;
    throw cause;
  }
}

export async function isRealDirectory(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
