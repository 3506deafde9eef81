import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { AppError } from "../../core/errors.ts";
import type { SandboxProcess } from "../../core/ports/sandbox.ts";
import { type Report, readReport } from "../launcher/channels.ts";
import { explainStderr, type Outcome } from "../launcher/explain-stderr.ts";
import { identify, killProcess } from "../processes/process-identity.ts";
import type { ProcessRecords } from "../processes/process-records.ts";
import type { RunningProgram } from "../processes/running-programs.ts";
import { waitUntil } from "../processes/wait-until.ts";
import { killContainers } from "./find-containers.ts";

export interface StartInput {
  /** runsc with all its arguments, perhaps behind what limits it. Its state lies in `folder`. */
  readonly argv: readonly string[];
  /** Of this program alone; removed when it has ended. */
  readonly folder: string;
  /** What the launcher runs. */
  readonly instructions: string;
  readonly records: ProcessRecords;
}

type Exit = Awaited<SandboxProcess["exited"]>;

/** gVisor may hang before anything of the program runs, as it does on hosts whose virtualization it cannot use. */
const startsWithinMs = 30_000;

/** Starts one gVisor. Its processes: runsc (the monitor), the gofer that opens files, the sentry that is the kernel inside. */
export function startContainer({ argv, folder, instructions, records }: StartInput): RunningProgram {
  const child = spawn(argv[0]!, argv.slice(1), {
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LANG: "C.UTF-8" },
    cwd: "/",
    // A group of its own: an interrupt typed at the server's terminal is for the server to handle.
    detached: true,
    stdio: ["pipe", "pipe", "pipe", "pipe"],
  });
  const [stdin, stdout, ownStderr, channel] = child.stdio as unknown as [
    Writable,
    Readable,
    Readable,
    Writable & Readable,
  ];
  // Writing to a program that has ended is no fault of the server; that it has ended is told by `exited`.
  stdin.on("error", () => {});
  const monitor = child.pid === undefined ? null : identify(child.pid);
  if (monitor !== null) records.add(monitor);
  const kill = () => {
    // The gofer and the sentry end with it; those that it had only just made are found later.
    if (monitor !== null) killProcess(monitor);
  };

  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    kill();
  }, startsWithinMs);
  channel.once("data", () => clearTimeout(timer));
  const report = readReport(channel);
  channel.end(instructions);

  const ended = new Promise<Exit | Error>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
    child.once("error", resolve);
  });
  const outcome = ended.then(async (end): Promise<Outcome> => {
    clearTimeout(timer);
    // Again and again until none is found. As long as it takes: `stop` says in time that one hangs in the kernel.
    await waitUntil(() => !killContainers(folder), Number.POSITIVE_INFINITY);
    rmSync(folder, { recursive: true, force: true });
    if (monitor !== null) records.remove(monitor);
    return decideOutcome(end, await report, isLate);
  });
  return {
    stdin,
    stdout,
    stderr: explainStderr(ownStderr, outcome),
    exited: outcome.then(({ exit }) => exit),
    kill,
  };
}

function decideOutcome(end: Exit | Error, { isStarted, exit }: Report, isLate: boolean): Outcome {
  if (end instanceof Error) return { exit: { code: 127, signal: null }, failure: end };
  if (isLate) {
    const failure = new AppError("sandbox_unavailable", `runsc began nothing for ${startsWithinMs / 1000} s`);
    return { exit: { code: null, signal: end.signal }, failure };
  }
  if (end.signal !== null) return { exit: { code: null, signal: end.signal }, failure: null };
  return { exit: exit ?? end, failure: isStarted ? null : "not_started" };
}
