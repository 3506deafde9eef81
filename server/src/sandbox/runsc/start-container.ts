import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import type { SandboxProcess } from "../../core/turns/index.ts";
import { type Report, readReport } from "../launcher/channels.ts";
import { explainStderr, type Outcome } from "../launcher/explain-stderr.ts";
import { pipeOf } from "../processes/pipe-of.ts";
import { identify, killProcess } from "../processes/process-identity.ts";
import type { ProcessRecords } from "../processes/process-records.ts";
import type { RunningProgram } from "../processes/running-programs.ts";
import { waitUntil } from "../processes/wait-until.ts";
import { killContainers } from "./find-containers.ts";

export interface StartInput {
  /** runsc with all its arguments, possibly preceded by programs that limit it. Its state is in `folder`. */
  readonly argv: readonly string[];
  /** Folder that only this program uses. It is removed after the program exits. */
  readonly folder: string;
  /** Encoded instructions for the launcher. */
  readonly instructions: string;
  readonly records: ProcessRecords;
  /** Time limit for starting the program. A program that has not started by then is killed. */
  readonly startsWithinMs: number;
}

type Exit = Awaited<SandboxProcess["exited"]>;

/**
 * Starts gVisor for one program. Its processes are runsc (the monitor), the gofer (opens files) and the sentry (acts as the kernel in the
 * sandbox).
 */
export function startContainer(input: StartInput): RunningProgram {
  const { argv, folder, instructions, records, startsWithinMs } = input;
  const child = spawn(argv[0]!, argv.slice(1), {
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LANG: "C.UTF-8" },
    cwd: "/",
    // Runs in a separate process group, so that Ctrl+C in the server's terminal interrupts only the server.
    detached: true,
    stdio: ["pipe", "pipe", "pipe", "pipe"],
  });
  const [stdin, stdout, ownStderr] = [pipeOf(child, 0), pipeOf(child, 1), pipeOf(child, 2)];
  const channel = pipeOf(child, 3);
  // Writing to a program that has exited is not a server error. `exited` reports the exit.
  stdin.on("error", () => {});
  const monitor = child.pid === undefined ? null : identify(child.pid);
  if (monitor !== null) records.add(monitor);
  const kill = () => {
    // The gofer and the sentry exit with the monitor. `killContainers` later finds processes that the monitor has only just created.
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
    // Repeats until no process is found. No timeout is needed: `stop` reports a process that is stuck in the kernel.
    await waitUntil(() => !killContainers(folder), Number.POSITIVE_INFINITY);
    rmSync(folder, { recursive: true, force: true });
    if (monitor !== null) records.remove(monitor);
    return decideOutcome(end, await report, isLate ? startsWithinMs : null);
  });
  return {
    stdin,
    stdout,
    stderr: explainStderr(ownStderr, outcome),
    exited: outcome.then(({ exit }) => exit),
    kill,
  };
}

function decideOutcome(end: Exit | Error, { isStarted, exit }: Report, lateAfterMs: number | null): Outcome {
  if (end instanceof Error) return { exit: { code: 127, signal: null }, failure: end };
  if (lateAfterMs !== null) {
    const failure = new Error(`runsc did not start the sandbox within ${lateAfterMs / 1000} s`);
    return { exit: { code: null, signal: "SIGKILL" }, failure };
  }
  if (end.signal !== null) return { exit: { code: null, signal: end.signal }, failure: null };
  if (!isStarted) return { exit: end, failure: "not_started" };
  // If the launcher sent no report, all of gVisor was killed, as the kernel does when memory runs out.
  return { exit: exit ?? { code: null, signal: "SIGKILL" }, failure: null };
}
