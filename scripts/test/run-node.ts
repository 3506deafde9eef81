import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { Batches } from "./batches.ts";
import type { Suite } from "./choose-suites.ts";

const scripts = join(import.meta.dirname, "..");

export interface NodeRun {
  /** Folder with the tests. */
  readonly root: string;
  /** Pattern that the name of each test matches. */
  readonly filter: string | undefined;
  /** Aborted when the runner receives SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** File to which the reporter writes the results. */
  readonly reportPath: string;
  readonly env: Readonly<Record<string, string>>;
  readonly batches: Batches;
  /** Time limit for all entries. */
  readonly limitMs: number;
}

/** Runs the entries with `node --test`. Returns its exit code, or null if a signal ended it. */
export function runNode(suite: Suite, run: NodeRun): Promise<number | null> {
  const child = spawn(
    process.execPath,
    [
      "--test",
      `--test-concurrency=${suite.concurrency}`,
      // A file that leaves a timer or a socket open must not prevent the run from ending.
      ...(suite.filtersInOneProcess && run.filter !== undefined
        ? ["--test-isolation=none", "--test-force-exit"]
        : [preload("end-tests.ts")]),
      `--test-timeout=${suite.testTimeoutMs}`,
      ...(run.filter === undefined
        ? []
        : [`--test-name-pattern=${run.filter}`, preload("wait-for-hooks.ts")]),
      "--test-reporter=spec",
      "--test-reporter-destination=stdout",
      `--test-reporter=${join(import.meta.dirname, "result-reporter.ts")}`,
      `--test-reporter-destination=${run.reportPath}`,
      ...run.batches.entries,
    ],
    // Uses a separate process group, so that the runner can kill all its processes at the end.
    { cwd: run.root, env: testEnvironment(run.env), stdio: ["ignore", "inherit", "inherit"], detached: true },
  );
  return new Promise((settle, refuse) => {
    const watchdog = setTimeout(() => {
      console.error(
        `The ${suite.name} tests were stopped after ${(run.limitMs / 60_000).toFixed(1)} minutes.`,
      );
      endGroup(child, "SIGKILL");
    }, run.limitMs);
    const hangs = setInterval(killHanging(run.batches), 1_000);
    const stop = () => endGroup(child, "SIGTERM");
    run.signal.addEventListener("abort", stop);
    child.once("error", refuse);
    child.once("exit", (code) => {
      clearTimeout(watchdog);
      clearInterval(hangs);
      run.signal.removeEventListener("abort", stop);
      settle(code);
    });
  });
}

/** Returns the argument that loads a module of scripts/ before each test file. */
function preload(name: string): string {
  return `--import=${join(scripts, name)}`;
}

/**
 * Returns a function that kills each process that runs a file for too long, for example in a loop that blocks the timers
 * of the process.
 */
function killHanging(batches: Batches): () => void {
  const killed = new Set<number>();
  return () => {
    const late = batches.running().filter(({ pid, killAt }) => Date.now() > killAt && !killed.has(pid));
    for (const { file, pid } of late) {
      console.error(`${file} exceeded its time limit. The runner kills its process.`);
      killed.add(pid);
      sendSignal(pid, "SIGKILL");
    }
  };
}

/**
 * Removes NODE_TEST_CONTEXT, which node sets in the processes of a test run. Otherwise, a nested run would report to
 * the outer run. Sets a compile cache, so that shared modules are compiled once.
 */
function testEnvironment(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const { NODE_TEST_CONTEXT: _, ...outer } = process.env;
  return { NODE_COMPILE_CACHE: join(scripts, "../.cache/compiled"), ...outer, ...env };
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid !== undefined) sendSignal(-child.pid, signal);
}

/** Sends a signal to a process or to a process group, which may have ended. */
function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ESRCH") throw cause;
  }
}
