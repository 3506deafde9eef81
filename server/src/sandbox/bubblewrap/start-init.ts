import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { Readable } from "node:stream";
import { startProgram } from "../../runtime/start-program.ts";
import type { InitEnd, InitProcess } from "../init/init-process.ts";
import { pipeOf } from "../processes/pipe-of.ts";
import { identify, isRunning, killProcess, type ProcessIdentity } from "../processes/process-identity.ts";
import type { ProcessRecords } from "../processes/process-records.ts";
import { waitUntil } from "../processes/wait-until.ts";
import { readSandboxPid } from "./read-sandbox-pid.ts";

export interface StartInput {
  /** bubblewrap with all its arguments, possibly preceded by programs such as setpriv that execute it. */
  readonly argv: readonly [string, ...string[]];
  /** File that bubblewrap reads through an inherited file descriptor, because bubblewrap cannot open the host's path. */
  readonly filterPath: string;
  readonly records: ProcessRecords;
}

/**
 * Starts bubblewrap with init. Its processes are bwrap outside the sandbox (the monitor) and init, pid 1 inside the sandbox. When init exits,
 * the kernel kills every other process in its namespace.
 */
export function startInit({ argv, filterPath, records }: StartInput): InitProcess {
  const child = spawnWithFilter(argv, filterPath);
  const monitor = child.pid === undefined ? null : identify(child.pid);
  if (monitor !== null) records.add(monitor);
  const processes = findProcesses(pipeOf(child, 4), monitor, records);
  const exited = new Promise<InitEnd>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
    child.once("error", resolve);
  });
  return {
    control: pipeOf(child, 3),
    stderr: pipeOf(child, 2),
    kill: () => {
      // Waits until bubblewrap has reported its child. If bubblewrap were killed before that, the child would wait forever.
      void processes.then((found) => found.forEach(killProcess));
    },
    ended: exited.then(async (end) => {
      const found = await processes;
      // The monitor has exited, which normally kills init. This call kills it in all other cases.
      found.forEach(killProcess);
      // No timeout is needed. A killed process that remains is stuck in the kernel, and `stop` reports it after a timeout.
      await waitUntil(() => !found.some(isRunning), Number.POSITIVE_INFINITY);
      for (const process of found) records.remove(process);
      return end;
    }),
  };
}

function spawnWithFilter(argv: StartInput["argv"], filterPath: string) {
  // Opened for each process, because processes with a shared descriptor would share its read position.
  const filter = openSync(filterPath, "r");
  try {
    return startProgram(() =>
      spawn(argv[0], argv.slice(1), {
        env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LANG: "C.UTF-8" },
        cwd: "/",
        // Runs in a separate process group, so that Ctrl+C in the server's terminal interrupts only the server.
        detached: true,
        stdio: ["ignore", "ignore", "pipe", "pipe", "pipe", filter],
      }),
    );
  } finally {
    closeSync(filter);
  }
}

/**
 * Waits until bubblewrap has reported init, and records it. Returns the monitor and init. Omits a process that was not created or has already
 * exited.
 */
async function findProcesses(
  info: Readable,
  monitor: ProcessIdentity | null,
  records: ProcessRecords,
): Promise<ProcessIdentity[]> {
  const pid = await readSandboxPid(info);
  const init = pid === null ? null : identify(pid);
  if (init !== null) records.add(init);
  return [monitor, init].filter((found) => found !== null);
}
