import { spawn } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { PassThrough, type Readable } from "node:stream";
import { reason } from "../../core/base/index.ts";
import type { SandboxCommand, SandboxProcess } from "../../core/turns/index.ts";
import { startProgram } from "../../runtime/start-program.ts";
import { settlesWithin } from "../../runtime/with-timeout.ts";
import { findDescendants } from "../processes/find-descendants.ts";
import { identify, killProcess, sendKill } from "../processes/process-identity.ts";
import type { ProcessRecords } from "../processes/process-records.ts";
import type { RunningProgram } from "../processes/running-programs.ts";
import { waitUntil } from "../processes/wait-until.ts";
import { findByTmpdir } from "./find-processes.ts";

/** Time limit for the output of a program that has exited. */
const outputWithinMs = 10_000;

type Exit = Awaited<SandboxProcess["exited"]>;

/** Starts a program in a new process group. `tmpdir` is unique to this program and identifies its processes. */
export function startLocalProcess(
  { argv, cwd, env }: SandboxCommand,
  tmpdir: string,
  records: ProcessRecords,
): RunningProgram {
  mkdirSync(tmpdir, { recursive: true, mode: 0o700 });
  const child = startProgram(() =>
    spawn(argv[0], argv.slice(1), { cwd, env, detached: true, stdio: ["pipe", "pipe", "pipe"] }),
  );
  // The exit of the program, or the end of its output, shows a broken stream.
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on("error", () => {});
  const own = child.pid === undefined ? null : identify(child.pid);
  if (own !== null) records.add(own);

  const stderr = new PassThrough();
  child.stderr.pipe(stderr, { end: false });
  const ended = new Promise<Exit>((resolve) => {
    child.once("exit", (code, signal) => {
      child.stderr.once("close", () => stderr.end());
      if (child.stderr.closed) stderr.end();
      resolve({ code, signal });
    });
    child.once("error", (error) => {
      const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
      const what = existsSync(cwd) ? argv[0] : `in ${cwd}`;
      stderr.end(`The sandbox cannot run ${what}: ${isMissing ? "not found" : reason(error)}\n`);
      resolve({ code: isMissing ? 127 : 126, signal: null });
    });
  });
  const kill = () => killAll(child.pid, tmpdir);
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr,
    kill,
    exited: ended.then(async (exit) => {
      // Repeats until no process is found, because a process may fork while the others are being killed.
      await waitUntil(() => !kill(), Number.POSITIVE_INFINITY);
      if (own !== null) records.remove(own);
      rmSync(tmpdir, { recursive: true, force: true });
      await Promise.all([received(child.stdout), received(stderr)]);
      return exit;
    }),
  };
}

/** Resolves once a stream that somebody reads has ended, because an exit can be reported before the last output. */
async function received(stream: Readable): Promise<void> {
  if (stream.closed || stream.readableFlowing !== true) return;
  // Unlike `once` of node:events, does not reject if the stream breaks. The program has exited in any case.
  const closed = new Promise<void>((resolve) => stream.once("close", () => resolve()));
  await settlesWithin(closed, outputWithinMs);
}

/** Kills the process group, the program's descendants and all processes whose TMPDIR starts with `tmpdir`. Returns false if no process was found. */
export function killAll(pid: number | undefined, tmpdir: string): boolean {
  const found = [...(pid === undefined ? [] : findDescendants(pid)), ...findByTmpdir(tmpdir)];
  const group = pid !== undefined && identify(pid) !== null && sendKill(-pid);
  for (const process of found) killProcess(process);
  return group || found.length > 0;
}
