import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { Readable } from "node:stream";
import type { SandboxProcess } from "../../core/turns/index.ts";
import { type Report, readReport, readSandboxPid } from "../launcher/channels.ts";
import { explainStderr, type Outcome } from "../launcher/explain-stderr.ts";
import { pipeOf } from "../processes/pipe-of.ts";
import { identify, isRunning, killProcess, type ProcessIdentity } from "../processes/process-identity.ts";
import type { ProcessRecords } from "../processes/process-records.ts";
import type { RunningProgram } from "../processes/running-programs.ts";
import { waitUntil } from "../processes/wait-until.ts";

export interface StartInput {
  /** bubblewrap with all its arguments, possibly preceded by programs such as setpriv that execute it. */
  readonly argv: readonly [string, ...string[]];
  /** Encoded instructions for the launcher. */
  readonly instructions: string;
  /** File that bubblewrap reads through an inherited file descriptor, because bubblewrap cannot open the host's path. */
  readonly filterPath: string;
  readonly records: ProcessRecords;
}

type Exit = Awaited<SandboxProcess["exited"]>;

/**
 * Starts a bubblewrap process for one command. Its processes are bwrap outside the sandbox (the monitor), bwrap as pid 1 inside the sandbox, the
 * launcher, the launcher's forwarder and the command. When pid 1 exits, the kernel kills every other process in its namespace.
 */
export function startProcess({ argv, instructions, filterPath, records }: StartInput): RunningProgram {
  const child = spawnWithFilter(argv, filterPath);
  const [stdin, stdout, ownStderr] = [pipeOf(child, 0), pipeOf(child, 1), pipeOf(child, 2)];
  const [channel, info] = [pipeOf(child, 3), pipeOf(child, 4)];
  // Writing to a program that has exited is not a server error. `exited` reports the exit.
  stdin.on("error", () => {});

  const monitor = child.pid === undefined ? null : identify(child.pid);
  if (monitor !== null) records.add(monitor);
  const processes = findProcesses(info, monitor, records);
  const report = readReport(channel);
  channel.end(instructions);

  const ended = new Promise<Exit | Error>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
    child.once("error", resolve);
  });
  const outcome = settle(ended, processes, report, records);
  const stderr = explainStderr(ownStderr, outcome);
  return {
    stdin,
    stdout,
    stderr,
    exited: outcome.then(({ exit }) => exit),
    kill: () => {
      // Waits until bubblewrap has reported its child. If bubblewrap were killed before that, the child would wait forever.
      void processes.then((found) => found.forEach(killProcess));
    },
  };
}

function spawnWithFilter(argv: StartInput["argv"], filterPath: string) {
  // Opened for each program, because programs with a shared descriptor would share its read position.
  const filter = openSync(filterPath, "r");
  try {
    return spawn(argv[0], argv.slice(1), {
      // Excludes the environments of the server and the command, because an LD_PRELOAD of the command would take effect outside the
      // sandbox.
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LANG: "C.UTF-8" },
      cwd: "/",
      // Runs in a separate process group, so that Ctrl+C in the server's terminal interrupts only the server.
      detached: true,
      stdio: ["pipe", "pipe", "pipe", "pipe", "pipe", filter],
    });
  } finally {
    closeSync(filter);
  }
}

/**
 * Waits until bubblewrap has reported the sandbox's first process, and records this process. Returns the monitor and this process. Omits a
 * process that was not created or has already exited.
 */
async function findProcesses(
  info: Readable,
  monitor: ProcessIdentity | null,
  records: ProcessRecords,
): Promise<ProcessIdentity[]> {
  const pid = await readSandboxPid(info);
  const first = pid === null ? null : identify(pid);
  if (first !== null) records.add(first);
  return [monitor, first].filter((found) => found !== null);
}

async function settle(
  ended: Promise<Exit | Error>,
  processes: Promise<ProcessIdentity[]>,
  report: Promise<Report>,
  records: ProcessRecords,
): Promise<Outcome> {
  const end = await ended;
  const found = await processes;
  // The monitor has exited, which normally kills pid 1 inside the sandbox. This call kills it in all other cases.
  found.forEach(killProcess);
  // No timeout is needed. A killed process that remains is stuck in the kernel, and `stop` reports it after a timeout.
  await waitUntil(() => !found.some(isRunning), Number.POSITIVE_INFINITY);
  for (const process of found) records.remove(process);
  const { isStarted, exit } = await report;
  if (end instanceof Error) return { exit: { code: 127, signal: null }, failure: end };
  if (end.signal !== null) return { exit: { code: null, signal: end.signal }, failure: null };
  return { exit: exit ?? end, failure: isStarted ? null : "not_started" };
}
