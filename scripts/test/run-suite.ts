import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Counts, noCounts, readCounts } from "../counts.ts";
import { prepareHarnesses } from "../harness-cache.ts";
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
    const exitCode = await runNode(suite, { ...run, countsPath, env });
    const written = readCounts(countsPath);
    const counts = written ?? noCounts;
    // A test that ends the process with 0 prevents the runner from writing the counts.
    const isFailureMissing = written === null || (exitCode !== 0 && counts.failed === 0);
    if (isFailureMissing) {
      const end = written === null ? " before they wrote their counts" : "";
      console.error(`The ${suite.name} tests exited with ${exitCode ?? "a signal"}${end}.`);
    }
    return isFailureMissing ? { ...counts, failed: 1 } : counts;
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
}

function runNode(suite: Suite, run: NodeRun): Promise<number | null> {
  const child = spawn(
    process.execPath,
    [
      "--test",
      `--test-concurrency=${suite.concurrency}`,
      // A file that leaves a timer or a socket open must not prevent the run from ending.
      ...(suite.isOneProcess ? ["--test-isolation=none", "--test-force-exit"] : [preload("end-tests.ts")]),
      `--test-timeout=${suite.testTimeoutMs}`,
      ...(run.filter === undefined
        ? []
        : [`--test-name-pattern=${run.filter}`, preload("wait-for-hooks.ts")]),
      "--test-reporter=spec",
      "--test-reporter-destination=stdout",
      `--test-reporter=${join(scripts, "count-reporter.ts")}`,
      `--test-reporter-destination=${run.countsPath}`,
      ...reportFailures(suite.name, run.groups),
      ...suite.files,
    ],
    // Uses a separate process group, so that the runner can kill all its processes at the end.
    { cwd: run.root, env: testEnvironment(run.env), stdio: ["ignore", "inherit", "inherit"], detached: true },
  );
  return new Promise((settle, refuse) => {
    const watchdog = setTimeout(() => {
      console.error(`The ${suite.name} tests were stopped after ${suite.limitMs / 60_000} minutes.`);
      endGroup(child, "SIGKILL");
    }, suite.limitMs);
    const stop = () => endGroup(child, "SIGTERM");
    run.signal.addEventListener("abort", stop);
    child.once("error", refuse);
    child.once("exit", (code) => {
      clearTimeout(watchdog);
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
 * Returns the reporter arguments that write the failures to a file in `$TEMBO_RESULTS_DIR`. Returns no arguments if
 * this variable is not set.
 */
function reportFailures(suite: string, groups: readonly string[]): string[] {
  const folder = process.env.TEMBO_RESULTS_DIR;
  if (folder === undefined) return [];
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${[...groups, suite].join("-").replaceAll(" ", "-")}.failures`);
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
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ESRCH") throw cause;
  }
}
