import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { stat } from "node:fs/promises";
import { getPriority, setPriority } from "node:os";

const RAISED = -10;

/**
 * Raises the priority of this process above that of its child processes, especially sandboxes. Builds and tests of
 * agents must not delay the detection of dead workers and the resumption of their turns. Child processes keep the
 * default priority. Has no effect if the system is not Linux, the user is not root, a priority is already set or `chrt`
 * fails.
 */
export async function raisePriority(): Promise<void> {
  if (process.platform !== "linux" || process.getuid?.() !== 0 || getPriority() !== 0) return;
  const { status } = spawnSync("chrt", ["--reset-on-fork", "--other", "--pid", "0", String(process.pid)], {
    stdio: "ignore",
  });
  if (status !== 0) return;
  // Starts the threads that read files, because Linux sets the priority per thread. A thread that starts later gets the
  // default priority.
  await stat("/");
  for (const thread of readdirSync("/proc/self/task").map(Number)) raise(thread);
}

function raise(thread: number): void {
  try {
    setPriority(thread, RAISED);
  } catch {
    // Ignores the error. Root in a container may lack the permission, and a thread may have ended.
  }
}
