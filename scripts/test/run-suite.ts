import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Counts, noCounts } from "../counts.ts";
import { prepareHarnesses } from "../harness-cache.ts";
import { packRelease } from "../install-tests/packed-release.ts";
import { type Batches, createBatches } from "./batches.ts";
import type { Suite } from "./choose-suites.ts";
import { findUnconfirmed, type Repeats } from "./repeat.ts";
import { countResults, isFailed, titleOf } from "./results.ts";
import { type RunResult, runOnce } from "./run-once.ts";

export interface Run {
  /** Folder with the tests. */
  readonly root: string;
  /** Named groups, which are part of the names of the failure files. */
  readonly groups: readonly string[];
  /** Pattern that the name of each test matches. */
  readonly filter: string | undefined;
  /** `$TEMBO_RESULTS_DIR`, or null if this variable is not set. */
  readonly resultsFolder: string | null;
  /** Limits the repeats of failed tests. Null if nothing runs again. */
  readonly repeats: Repeats | null;
  /** Aborted when the runner receives SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
}

export interface SuiteOutcome {
  readonly counts: Counts;
  /** Titles of the tests that failed, and passed when their files ran again. */
  readonly repeated: readonly string[];
}

/**
 * Runs a suite and returns its counts. The counts include at least one failure if the suite cannot start, is stopped,
 * exits with an error or does not report all results. Stops everything that it started, also after a signal.
 */
export async function runSuite(suite: Suite, run: Run): Promise<SuiteOutcome> {
  const folder = mkdtempSync(join(tmpdir(), "tembo-test-"));
  try {
    await using database = suite.isOnOneDatabase ? await startDatabase(run.root) : null;
    run.signal.throwIfAborted();
    const harnesses = prepareHarnesses(run.root, suite.harnesses);
    await using dataFolder = suite.copiesDataFolder ? await startFolder(run.root) : null;
    run.signal.throwIfAborted();
    using release = suite.installsRelease ? packOnce() : null;
    run.signal.throwIfAborted();
    const env = { ...harnesses, ...database?.env, ...dataFolder?.env, ...release?.env, ...suite.env };
    const batches = divideFiles(suite, run, folder);
    let runs = 0;
    return await runAndRepeat(suite, run, batches.entries, (entries, limitMs) => {
      const reportPath = join(folder, `report-${runs++}`);
      return runOnce(suite, { ...run, env, reportPath, limitMs, batches: { ...batches, entries } });
    });
  } catch (cause) {
    console.error(
      `The ${suite.name} tests could not start: ${cause instanceof Error ? cause.message : cause}`,
    );
    return { counts: { ...noCounts, failed: 1 }, repeated: [] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs the entries and, in CI, runs failed ones again. A repeat counts only if it runs all of their tests. */
async function runAndRepeat(
  suite: Suite,
  run: Run,
  relativeEntries: readonly string[],
  runEntries: (entries: readonly string[], limitMs: number) => Promise<RunResult>,
): Promise<SuiteOutcome> {
  const entries = relativeEntries.map((entry) => resolve(run.root, entry));
  const path = failuresPath(suite.name, run);
  const first = await runEntries(entries, suite.limitMs);
  writeFailures(path, first);
  const outcome = { counts: first.counts, repeated: [] };
  const plan = run.repeats?.plan(first.results, entries) ?? null;
  if (run.repeats === null || plan === null || !first.isComplete || run.signal.aborted) return outcome;
  const failed = first.results.filter(isFailed).map(titleOf);
  for (const title of failed) console.log(`FAILED ${title}`);
  console.log(`Running ${plan.entries.length} of ${entries.length} test processes again ...`);
  const startedAt = performance.now();
  const again = await runEntries(plan.entries, plan.limitMs);
  run.repeats.addTime(performance.now() - startedAt);
  if (!again.isComplete || again.counts.failed > 0) return outcome;
  const { repeated = [], others = [] } = Object.groupBy(first.results, ({ entry }) =>
    plan.entries.includes(entry) ? "repeated" : "others",
  );
  const unconfirmed = findUnconfirmed(repeated, again.results);
  if (unconfirmed.length > 0) {
    console.error(`These tests did not pass again: ${unconfirmed.join(", ")}.`);
    return outcome;
  }
  return { counts: countResults([...others, ...again.results]), repeated: failed };
}

/**
 * Divides the files of a suite into batches, unless a filter selects tests. To apply a filter, node must know the tests
 * of a file before it runs the test that contains them.
 */
function divideFiles({ files, batches }: Suite, run: Run, folder: string): Batches {
  if (batches === undefined || run.filter !== undefined) return { entries: files, running: () => [] };
  return createBatches(files, { ...batches, folder });
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

/** Packs the release that the suite's files install, unless TEMBO_RELEASE_FOLDER names one. */
function packOnce() {
  const startedAt = performance.now();
  const { folder, remove } = packRelease();
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  console.log(`The release is in ${folder} (${seconds} s).`);
  return { env: { TEMBO_RELEASE_FOLDER: folder }, [Symbol.dispose]: remove };
}

/** Returns the path of the suite's failures in the results folder. */
function failuresPath(suite: string, { resultsFolder, groups }: Run): string | null {
  if (resultsFolder === null) return null;
  mkdirSync(resultsFolder, { recursive: true });
  return join(resultsFolder, `${[...groups, suite].join("-").replaceAll(" ", "-")}.failures`);
}

/** Appends the failed tests to the file, each with the beginning of its error. Prints processes that were lost. */
function writeFailures(path: string | null, { results, notes }: RunResult): void {
  const failed = results.filter(isFailed);
  const lines = failed.map((result) => `FAILED ${titleOf(result)}\n${indent(result.error ?? "")}\n`);
  // Node reports only that the process of a batch ended.
  process.stderr.write(lines.filter((_, index) => failed[index]!.kind === "process").join(""));
  const late = failed.length > 0 ? notes.map((note) => `${note}\n`) : [];
  if (path !== null) appendFileSync(path, [...lines, ...late].join(""));
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, "    ");
}
