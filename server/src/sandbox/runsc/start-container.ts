import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { startProgram } from "../../runtime/start-program.ts";
import type { InitEnd, InitProcess } from "../init/init-process.ts";
import { pipeOf } from "../processes/pipe-of.ts";
import { identify, killProcess } from "../processes/process-identity.ts";
import type { ProcessRecords } from "../processes/process-records.ts";
import { waitUntil } from "../processes/wait-until.ts";
import { killContainers } from "./find-containers.ts";

export interface StartInput {
  /** runsc with all its arguments, possibly preceded by programs that limit it. Its state is in `folder`. */
  readonly argv: readonly string[];
  /** Folder that only this container uses. It is removed after the container has ended. */
  readonly folder: string;
  readonly records: ProcessRecords;
}

/**
 * Starts gVisor with init. Its processes are runsc (the monitor), the gofer (opens files) and the sentry (acts as the kernel in the sandbox).
 */
export function startContainer({ argv, folder, records }: StartInput): InitProcess {
  const child = startProgram(() =>
    spawn(argv[0]!, argv.slice(1), {
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LANG: "C.UTF-8" },
      cwd: "/",
      // Runs in a separate process group, so that Ctrl+C in the server's terminal interrupts only the server.
      detached: true,
      stdio: ["ignore", "ignore", "pipe", "pipe"],
    }),
  );
  const monitor = child.pid === undefined ? null : identify(child.pid);
  if (monitor !== null) records.add(monitor);
  const exited = new Promise<InitEnd>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
    child.once("error", resolve);
  });
  return {
    control: pipeOf(child, 3),
    stderr: pipeOf(child, 2),
    kill: () => {
      // The gofer and the sentry exit with the monitor. `killContainers` later finds processes that the monitor has only just created.
      if (monitor !== null) killProcess(monitor);
    },
    ended: exited.then(async (end) => {
      // Repeats until no process is found. No timeout is needed: `stop` reports a process that is stuck in the kernel.
      await waitUntil(() => !killContainers(folder), Number.POSITIVE_INFINITY);
      rmSync(folder, { recursive: true, force: true });
      if (monitor !== null) records.remove(monitor);
      return end;
    }),
  };
}
