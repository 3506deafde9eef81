import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { processTree } from "../support/proc.ts";

/** Returns true if strace is installed and may trace other processes. */
export function canTrace(): boolean {
  return spawnSync("strace", ["-o", "/dev/null", "true"]).status === 0;
}

/** Returns the number of programs that a process and its descendants start while `work` runs. Requires strace. */
export async function countPrograms(pid: number, work: () => Promise<void>): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "tembo-bench-strace-"));
  try {
    const file = join(folder, "trace");
    const pids = processTree(pid);
    const attach = pids.flatMap((id) => ["-p", String(id)]);
    const strace = spawn("strace", ["-f", "-e", "trace=execve", "-o", file, ...attach], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const ended = once(strace, "exit");
    await attached(strace, pids.length);
    await work();
    strace.kill("SIGINT");
    await ended;
    return startedPrograms(await readFile(file, "utf8"));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Returns the number of successful starts in the output of strace. */
export function startedPrograms(trace: string): number {
  return trace.split("\n").filter((line) => /\bexecve(?:\(| resumed>).* = 0$/.test(line)).length;
}

async function attached(strace: ReturnType<typeof spawn>, processes: number): Promise<void> {
  let left = processes;
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: strace.stderr! }).on("line", (line) => {
      // A process may have exited since it was listed.
      if (/\battached\b|No such process/.test(line)) left -= 1;
      if (left === 0) resolve();
    });
    strace.once("exit", (code) => reject(new Error(`strace exited with ${code} before it was attached.`)));
  });
}
