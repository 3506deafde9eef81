import { rm } from "node:fs/promises";
import type { GroupSetup } from "../../starter/frames.ts";
import { startFromStarter } from "../../starter/start-from-starter.ts";
import type { InitProcess } from "../init/init-process.ts";
import { allOutput } from "../processes/all-output.ts";
import { killProcess } from "../processes/process-identity.ts";
import type { ProcessRecords } from "../processes/process-records.ts";
import { waitUntil } from "../processes/wait-until.ts";
import { killContainers } from "./find-containers.ts";

export interface StartInput {
  /** runsc with all its arguments, possibly preceded by programs that limit it. Its state is in `folder`. */
  readonly argv: readonly string[];
  /** Folder that only this container uses. It is removed after the container has ended. */
  readonly folder: string;
  readonly records: ProcessRecords;
  readonly groups: GroupSetup;
}

/**
 * Starts gVisor with init. Its processes are runsc (the monitor), the gofer (opens files) and the sentry (acts as the kernel in the sandbox).
 */
export function startContainer({ argv, folder, records, groups }: StartInput): InitProcess {
  const program = startFromStarter({
    argv,
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LANG: "C.UTF-8" },
    groups,
    recordPrefix: records.prefix,
    streams: [2, 3],
  });
  const [stderr, control] = program.streams;
  return {
    control,
    stderr,
    kill: () => {
      // The gofer and the sentry exit with the monitor. `killContainers` later finds processes that the monitor has only just created.
      void program.process.then((monitor) => monitor !== null && killProcess(monitor));
    },
    ended: program.ended.then(async (end) => {
      const monitor = await program.process;
      // The starter may have exited before the monitor.
      if (monitor !== null) killProcess(monitor);
      // Repeats until no process is found. No timeout is needed: `stop` reports a process that is stuck in the kernel.
      await waitUntil(() => !killContainers(folder), Number.POSITIVE_INFINITY);
      await rm(folder, { recursive: true, force: true });
      if (monitor !== null) records.remove(monitor);
      await allOutput(stderr);
      return end;
    }),
  };
}
