import type { Readable } from "node:stream";
import type { GroupSetup } from "../../starter/frames.ts";
import { startFromStarter } from "../../starter/start-from-starter.ts";
import type { InitProcess } from "../init/init-process.ts";
import { allOutput } from "../processes/all-output.ts";
import { identify, isRunning, killProcess, type ProcessIdentity } from "../processes/process-identity.ts";
import type { ProcessRecords } from "../processes/process-records.ts";
import { waitUntil } from "../processes/wait-until.ts";
import { filterDescriptor, infoDescriptor } from "./arguments.ts";
import { readSandboxPid } from "./read-sandbox-pid.ts";

export interface StartInput {
  /** bubblewrap with all its arguments, possibly preceded by programs such as setpriv that execute it. */
  readonly argv: readonly string[];
  /** File that bubblewrap reads through an inherited file descriptor, because bubblewrap cannot open the host's path. */
  readonly filterPath: string;
  readonly records: ProcessRecords;
  readonly groups: GroupSetup;
  /** Maximum size of each file that the sandbox writes. */
  readonly maxFileBytes: number;
}

/**
 * Starts bubblewrap with init. Its processes are bwrap outside the sandbox (the monitor) and init, pid 1 inside the sandbox. When init exits,
 * the kernel kills every other process in its namespace. When this server dies, the kernel kills the starter, and then bubblewrap and init
 * (`--die-with-parent`).
 */
export function startInit({ argv, filterPath, records, groups, maxFileBytes }: StartInput): InitProcess {
  const program = startFromStarter({
    argv,
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LANG: "C.UTF-8" },
    groups,
    maxFileBytes,
    recordPrefix: records.prefix,
    streams: [2, 3, infoDescriptor],
    files: [{ descriptor: filterDescriptor, path: filterPath }],
  });
  const [stderr, control, info] = program.streams;
  const processes = findProcesses(info, program.process, records);
  return {
    control,
    stderr,
    kill: () => {
      // Waits until bubblewrap has reported its child. If bubblewrap were killed before that, the child would wait forever.
      void processes.then((found) => found.forEach(killProcess));
    },
    ended: program.ended.then(async (end) => {
      const found = await processes;
      // The monitor has exited, which normally kills init. This call kills it in all other cases.
      found.forEach(killProcess);
      // No timeout is needed. A killed process that remains is stuck in the kernel, and `stop` reports it after a timeout.
      await waitUntil(() => !found.some(isRunning), Number.POSITIVE_INFINITY);
      for (const process of found) records.remove(process);
      await allOutput(stderr);
      return end;
    }),
  };
}

/**
 * Waits until bubblewrap has reported init, and records it. Returns the monitor and init. Omits a process that was not created, and an init that
 * has already exited.
 */
async function findProcesses(
  info: Readable,
  monitor: Promise<ProcessIdentity | null>,
  records: ProcessRecords,
): Promise<ProcessIdentity[]> {
  const pid = await readSandboxPid(info);
  const init = pid === null ? null : identify(pid);
  if (init !== null) records.add(init);
  return [await monitor, init].filter((found) => found !== null);
}
