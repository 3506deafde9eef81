import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { stat } from "node:fs/promises";
import { getPriority, setPriority } from "node:os";

const RAISED = -10;

/**
 * Raises the priority of this process above that of its child processes, especially sandboxes. Detecting dead workers
 * and resuming their turns must not wait behind the builds and tests of agents. Child processes get the usual priority.
 * Runs only as root, where it is allowed, and only if no other priority was set.
 */
export async function raisePriority(): Promise<void> {
  if (process.platform !== "linux" || process.getuid?.() !== 0 || getPriority() !== 0) return;
  const { status } = spawnSync("chrt", ["--reset-on-fork", "--other", "--pid", "0", String(process.pid)], {
    stdio: "ignore",
  });
  if (status !== 0) return;
  // Starts the threads that read files. Linux has a priority per thread, and a thread that starts later gets the
  // default.
  await stat("/");
  for (const thread of readdirSync("/proc/self/task").map(Number)) raise(thread);
}

function raise(thread: number): void {
  try {
    setPriority(thread, RAISED);
  } catch {
    // Root in a container may lack the permission, and a thread may have ended.
  }
}
