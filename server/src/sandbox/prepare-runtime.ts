import { constants } from "node:fs";
import { chmod, copyFile, link, mkdir, realpath, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { isErrno } from "./processes/process-identity.ts";
import { publishProgram } from "./publish-program.ts";

/**
 * Provides this process's Node and the sandboxes' `tembo` program in the data folder, readable by every user. Returns the path of the Node
 * binary. The original binary may be in a folder that an unprivileged sandbox cannot access, such as /root. Several processes can call this
 * function at the same time.
 */
export async function prepareRuntime(dataDir: string): Promise<string> {
  const folder = join(dataDir, "runtime", `node-${process.version.slice(1)}`, "bin");
  const node = await prepareNode(dataDir, folder);
  await publishProgram(folder);
  return node;
}

async function prepareNode(dataDir: string, folder: string): Promise<string> {
  const target = join(folder, "node");
  const source = await realpath(process.execPath);
  const { size, mode } = await stat(source);
  if (await isReady(target, size)) return target;

  await mkdir(folder, { recursive: true, mode: 0o755 });
  // This also changes existing folders, and overrides a strict umask.
  for (const part of [join(dataDir, "runtime"), join(folder, ".."), folder]) await chmod(part, 0o755);
  const temporary = join(folder, `.node-${process.pid}-${process.hrtime.bigint()}`);
  try {
    if (!isPublic(mode) || !(await tryLink(source, temporary))) {
      await copyFile(source, temporary, constants.COPYFILE_FICLONE);
      await chmod(temporary, 0o755);
    }
    await rename(temporary, target);
  } finally {
    // If both names refer to the same file, rename(2) leaves both names.
    await rm(temporary, { force: true });
  }
  return target;
}

async function isReady(path: string, size: number): Promise<boolean> {
  try {
    const found = await stat(path);
    return found.size === size && isPublic(found.mode);
  } catch (cause) {
    if (isErrno(cause, "ENOENT")) return false;
    throw cause;
  }
}

const isPublic = (mode: number): boolean => (mode & 0o555) === 0o555;

/** Returns false if no hard link can be created, for example because the target is on another file system or another user owns the file. */
async function tryLink(source: string, target: string): Promise<boolean> {
  try {
    await link(source, target);
    return true;
  } catch (cause) {
    if (["EXDEV", "EPERM", "EACCES", "EMLINK", "ENOTSUP"].some((code) => isErrno(cause, code))) return false;
    throw cause;
  }
}
