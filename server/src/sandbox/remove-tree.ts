import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { AppError, withReason } from "../core/base/index.ts";

const execute = promisify(execFile);
const removingMs = 10 * 60_000;

/**
 * Deletes files of a session's programs, which may be deep, numerous and in folders without permissions. No program of the session may be
 * running. Does nothing if the path is missing. Throws `sandbox_unavailable` if something remains.
 */
export async function removeTree(path: string): Promise<void> {
  // rm(1) also deletes paths that are longer than the kernel accepts, and works outside of the event loop.
  const remove = () => run("rm", ["-rf", "--one-file-system", "--", path]);
  try {
    // A program can close its own folders, which matters only if the server is not root.
    await remove().catch(async () => {
      await run("chmod", ["-R", "u+rwx", "--", path]).catch(() => {});
      await remove();
    });
  } catch (cause) {
    const [detail] = String((cause as { readonly stderr?: unknown }).stderr ?? "").split("\n");
    const sentence = `${withReason("Files that programs wrote could not be deleted", detail || cause)} Delete ${path}, then try again.`;
    throw new AppError("sandbox_unavailable", sentence, { cause });
  }
}

function run(program: string, args: readonly string[]) {
  const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" };
  return execute(program, args, { env, timeout: removingMs, maxBuffer: 1024 ** 2 });
}
