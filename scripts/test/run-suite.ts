import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addCounts, type Counts, noCounts, readCounts } from "../counts.ts";
import { prepareHarnesses } from "../harness-cache.ts";
import { type Batches, createBatches } from "./batches.ts";
import type { Suite } from "./choose-suites.ts";

export interface Run {
  /** Folder with the tests. */
  readonly root: string;
  /** Named groups, which are part of the names of the failure files. */
  readonly groups: readonly string[];
  /** Pattern that the name of each test matches. */
  readonly filter: string | undefined;
  /** Aborted when the runner receives SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
}

const scripts = join(import.meta.dirname, "..");

/**
 * Runs a suite and returns its counts. The counts include at least one failure if the suite cannot start, is stopped,
 * exits with an error or writes no counts. Stops everything that it started, also after a signal.
 */
export async function runSuite(suite: Suite, run: Run): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), "tembo-test-"));
  try {
    const countsPath = join(folder, "counts.json");
    await using database = suite.isOnOneDatabase ? await startDatabase(run.root) : null;
    run.signal.throwIfAborted();
    const harnesses = prepareHarnesses(run.root, suite.harnesses);
    await using dataFolder = suite.copiesDataFolder ? await startFolder(run.root) : null;
    run.signal.throwIfAborted();
    const env = { ...harnesses, ...database?.env, ...dataFolder?.env, ...suite.env };
    const batches = divideFiles(suite, run, folder);
    const exitCode = await runNode(suite, { ...run, countsPath, env, batches });
    const unfinished = batches.running().map(({ file }) => file);
    for (const file of unfinished) reportUnfinished(file, failuresPath(suite.name, run.groups));
    const written = readCounts(countsPath);
    const counts = addCounts(written ?? noCounts, { ...noCounts, failed: unfinished.length });
    // A test that ends the process with 0 prevents the runner from writing the counts.
    const isFailureMissing = written === null || (exitCode !== 0 && counts.failed === 0);
    if (isFailureMissing) {
      const end = written === null ? " before they wrote their counts" : "";
      console.error(`The ${suite.name} tests exited with ${exitCode ?? "a signal"}${end}.`);
    }
    return isFailureMissing ? { ...counts, failed: Math.max(counts.failed, 1) } : counts;
  } catch (cause) {
    console.error(
      `The ${suite.name} tests could not start: ${cause instanceof Error ? cause.message : cause}`,
    );
    return { ...noCounts, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Divides the files of a suite into batches, unless a filter selects tests. To apply a filter, node must know the tests
 * of a file before it runs the test that contains them.
 */
function divideFiles({ files, batches }: Suite, run: Run, folder: string): Batches {
  if (batches === undefined || run.filter !== undefined) return { entries: files, running: () => [] };
  return createBatches(files, { ...batches, folder });
}

/** Reports a file whose process ended while the file ran. Node reports only that the process of the batch ended. */
function reportUnfinished(file: string, path: string | null): void {
  const text = `FAILED ${file}\n    Its process ended before the tests did. The files after it in its batch did not run.\n`;
  process.stderr.write(text);
  if (path !== null) appendFileSync(path, text);
}

/**
 * Starts one database for all files of the suite, unless TEMBO_TEST_DATABASE_URL is set. Does not use node:test's
 * global setup, because a killed run would leave the database running.
 */
async function startDatabase(root: string) {
  const module = join(root, "server/src/testing/temporary-cluster.ts");
  if (!existsSync(module) || (process.env.TEMBO_TEST_DATABASE_URL ?? "") !== "") return null;
  const { startTemporaryCluster }: typeof import("../../server/src/testing/temporary-cluster.ts") =
    await import(module);
  const { url, stop } = await startTemporaryCluster();
  return { env: { TEMBO_TEST_DATABASE_URL: url }, [Symbol.asyncDispose]: stop };
}

/** Creates the data folder that the suite's files copy. */
async function startFolder(root: string) {
  const module = join(root, "e2e/src/support/programs/started-folder.ts");
  if (!existsSync(module)) return null;
  const { createStartedFolder }: typeof import("../../e2e/src/support/programs/started-folder.ts") =
    await import(module);
  return createStartedFolder();
}

interface NodeRun extends Run {
  readonly countsPath: string;
  readonly env: Readonly<Record<string, string>>;
  readonly batches: Batches;
}

function runNode(suite: Suite, run: NodeRun): Promise<number | null> {
  const child = spawn(
    process.execPath,
    [
      "--test",
      `--test-concurrency=${suite.concurrency}`,
      // A file that leaves a timer or a socket open must not prevent the run from ending.
      ...(suite.isOneProcess && run.filter !== undefined
        ? ["--test-isolation=none", "--test-force-exit"]
        : [preload("end-tests.ts")]),
      `--test-timeout=${suite.testTimeoutMs}`,
      ...(run.filter === undefined
        ? []
        : [`--test-name-pattern=${run.filter}`, preload("wait-for-hooks.ts")]),
      "--test-reporter=spec",
      "--test-reporter-destination=stdout",
      `--test-reporter=${join(scripts, "count-reporter.ts")}`,
      `--test-reporter-destination=${run.countsPath}`,
      ...reportFailures(failuresPath(suite.name, run.groups)),
      ...run.batches.entries,
    ],
    // Uses a separate process group, so that the runner can kill all its processes at the end.
    { cwd: run.root, env: testEnvironment(run.env), stdio: ["ignore", "inherit", "inherit"], detached: true },
  );
  return new Promise((settle, refuse) => {
    const watchdog = setTimeout(() => {
      console.error(`The ${suite.name} tests were stopped after ${suite.limitMs / 60_000} minutes.`);
      endGroup(child, "SIGKILL");
    }, suite.limitMs);
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

/** Returns the path of the suite's failures in `$TEMBO_RESULTS_DIR`, or null if this variable is not set. */
function failuresPath(suite: string, groups: readonly string[]): string | null {
  const folder = process.env.TEMBO_RESULTS_DIR;
  if (folder === undefined) return null;
  mkdirSync(folder, { recursive: true });
  return join(folder, `${[...groups, suite].join("-").replaceAll(" ", "-")}.failures`);
}

/** Returns the reporter arguments that write the failures to a file. */
function reportFailures(path: string | null): string[] {
  if (path === null) return [];
  return [`--test-reporter=${join(scripts, "failure-reporter.ts")}`, `--test-reporter-destination=${path}`];
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
