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
  /** bubblewrap with all its arguments, perhaps behind setpriv. */
  readonly argv: readonly [string, ...string[]];
  /** What the launcher runs. */
  readonly instructions: string;
  /** Read by bubblewrap, which has no other way to the host's file. */
  readonly filterPath: string;
  readonly records: ProcessRecords;
}

type Exit = Awaited<SandboxProcess["exited"]>;

/**
 * Starts one bubblewrap. Its processes: bwrap outside (the monitor), bwrap as pid 1 inside, the launcher, its forwarder, the command.
 * When pid 1 inside is dead the kernel has ended all others of its namespace before.
 */
export function startProcess({ argv, instructions, filterPath, records }: StartInput): RunningProgram {
  const child = spawnWithFilter(argv, filterPath);
  const [stdin, stdout, ownStderr] = [pipeOf(child, 0), pipeOf(child, 1), pipeOf(child, 2)];
  const [channel, info] = [pipeOf(child, 3), pipeOf(child, 4)];
  // Writing to a program that has ended is no fault of the server; that it has ended is told by `exited`.
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
      // Only once bubblewrap has told of its child: killed in the instant before, it would leave the child waiting forever.
      void processes.then((found) => found.forEach(killProcess));
    },
  };
}

function spawnWithFilter(argv: StartInput["argv"], filterPath: string) {
  // Opened afresh: a descriptor is read to its end only once.
  const filter = openSync(filterPath, "r");
  try {
    return spawn(argv[0], argv.slice(1), {
      // Nothing of the server's environment, and nothing of the command's: LD_PRELOAD would run outside of the sandbox.
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LANG: "C.UTF-8" },
      cwd: "/",
      // A group of its own: an interrupt typed at the server's terminal is for the server to handle.
      detached: true,
      stdio: ["pipe", "pipe", "pipe", "pipe", "pipe", filter],
    });
  } finally {
    closeSync(filter);
  }
}

/** The monitor and, when it came so far, the sandbox's first process; both recorded. */
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
  // The monitor has gone, and pid 1 inside follows by its parent-death signal. This makes it certain.
  found.forEach(killProcess);
  // As long as it takes: a killed process that stays hangs in the kernel, and `stop` says so in time.
  await waitUntil(() => !found.some(isRunning), Number.POSITIVE_INFINITY);
  for (const process of found) records.remove(process);
  const { isStarted, exit } = await report;
  if (end instanceof Error) return { exit: { code: 127, signal: null }, failure: end };
  if (end.signal !== null) return { exit: { code: null, signal: end.signal }, failure: null };
  return { exit: exit ?? end, failure: isStarted ? null : "not_started" };
}
