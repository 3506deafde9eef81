import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { stat } from "node:fs/promises";
import { getPriority, setPriority } from "node:os";

const RAISED = -10;

/**
 * Puts this process before those that it starts, sandboxes above all: what notices dead workers and takes up their turns must not wait
 * behind the builds and tests of agents. What it starts has the usual priority. Only where that is allowed, as root, and nobody chose a priority.
 */
export async function raisePriority(): Promise<void> {
  if (process.platform !== "linux" || process.getuid?.() !== 0 || getPriority() !== 0) return;
  const { status } = spawnSync("chrt", ["--reset-on-fork", "--other", "--pid", "0", String(process.pid)], {
    stdio: "ignore",
  });
  if (status !== 0) return;
  // Starts the threads that read files. Linux has a priority for each thread, and resets it for a thread that is started later too.
  await stat("/");
  for (const thread of readdirSync("/proc/self/task").map(Number)) raise(thread);
}

function raise(thread: number): void {
  try {
    setPriority(thread, RAISED);
  } catch {
    // Root of a container may not, and a thread may have ended.
  }
}
