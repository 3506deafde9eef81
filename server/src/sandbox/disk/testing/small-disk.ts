import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { promisify } from "node:util";

export const runProgram = promisify(execFile);

const cleanups = new WeakMap<TestContext, AsyncDisposableStack>();

/** Registers a cleanup for the end of the test. Cleanups run in reverse order, so that writers stop before their folder is removed. */
export function cleanUp(t: TestContext, action: () => Promise<unknown>): void {
  let cleanup = cleanups.get(t);
  if (cleanup === undefined) {
    cleanup = new AsyncDisposableStack();
    cleanups.set(t, cleanup);
    t.after(() => cleanup!.disposeAsync());
  }
  cleanup.defer(async () => {
    await action();
  });
}

export async function makeFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tembo-disk-"));
  await chmod(folder, 0o755);
  cleanUp(t, () => removeFolder(folder));
  return folder;
}

/** Mounts a separate file system, and unmounts it at the end of the test. Requires root. */
export async function mountSmallDisk(t: TestContext, options: string): Promise<string> {
  const folder = join(await makeFolder(t), "disk");
  await mkdir(folder);
  await runProgram("mount", ["-t", "tmpfs", "-o", options, "tembo-test", folder]);
  return folder;
}

/** Removes a folder and everything in it, including mounts, unreadable folders and paths that are too long. */
async function removeFolder(folder: string): Promise<void> {
  const mounts = (await readFile("/proc/self/mounts", "utf8")).split("\n").map((line) => line.split(" ")[1]!);
  for (const mount of mounts.filter((path) => path?.startsWith(`${folder}/`)).reverse()) {
    await runProgram("umount", ["-l", mount]);
  }
  await runProgram("chmod", ["-R", "u+rwx", folder]);
  await runProgram("rm", ["-rf", folder]);
}
