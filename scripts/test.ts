/** Runs the test suites: node scripts/test.ts [pure|unit|contract|e2e|browser|adapters|long|containment|harnesses|nightly|install|image|environments] [--filter PATTERN] [--file TEXT] [--all] */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { addCounts, type Counts, noCounts, publishCounts, readCounts } from "./counts.ts";
import { defaultHarnesses, playableHarnesses, prepareHarnesses } from "./harness-cache.ts";
import { reachableModules } from "./reachable-modules.ts";

interface Suite {
  readonly name: string;
  readonly files: readonly string[];
  readonly concurrency: number;
  readonly testTimeoutMs: number;
  /**
   * Time limit for the whole suite. It stops tests that a test timeout cannot stop, such as a loop that blocks the
   * event loop.
   */
  readonly limitMs: number;
  /** Harnesses that the suite's tests start. */
  readonly harnesses: readonly string[];
  /** Further environment variables of the suite. */
  readonly env?: Readonly<Record<string, string>>;
  /** True if the suite's files share one PostgreSQL server. */
  readonly isOnOneDatabase?: boolean;
  /** True if the suite's files copy the data folder of a server that has started once. */
  readonly copiesDataFolder?: boolean;
  /** True if the suite's files share one process. Starting a process for each file would take longer than the tests. */
  readonly isOneProcess?: boolean;
}

/**
 * Groups that run only if they are named, or if `--file` is set and no group is named. `npm run check` names them, except `nightly`, and
 * except `install`, `image` and `environments`, which install packages.
 */
const asked: readonly string[] = [
  "adapters",
  "long",
  "containment",
  "harnesses",
  "nightly",
  "install",
  "image",
  "environments",
];
const groups = ["pure", "unit", "contract", "e2e", "browser", ...asked];
/**
 * Matches stories that are part of the default run: the main task, the API's edge cases and the most important guarantees. Other stories take
 * minutes and run in the `long` group.
 */
const shortStories =
  /^e2e\/src\/(?!stories\/)|^e2e\/src\/stories\/(?:api\/api(?:-lists|-operations|-stream)?|bounds\/secrets|clients\/(?:cli|sample)|session\/(?:planning|stop|work))[.]test[.]ts$/;
/**
 * Matches browser stories that are not part of the default run, because it may take at most twelve minutes. They run in the `long` and
 * `browser` groups.
 */
const longBrowserStories =
  /^e2e\/src\/browser\/\w+\/(?:account|documentation|inbox|pages|preview|review|safety|settings|steering|talking|terminal|web-app)[.]test[.]ts$/;
/**
 * Matches stories that run once a night, because `npm run check` may take at most 65 minutes. They need most of the time, and
 * other tests cover the main path of each: an adapter's contract, a shorter story, or the chaos test with several machines.
 */
const nightlyStories =
  /^e2e\/src\/(?:stories\/(?:operate\/upgrade|projects\/(?:containers|copies|devcontainers|dockerfiles|images|prepared|refresh|refused-containers)|recovery\/(?:api-apart|environment-elsewhere|forwarding|join|keep-alive|keep-alive-apart|machines|old-data-folder)|session\/(?:prepare|prepare-apart|screenshot|waiting-harness)|upgrade\/previous-version)|browser\/(?:all\/(?:accessibility|loading|screenshots)|code\/(?:colors|trees)|pages\/(?:forge-links|projects|services|usage)|sessions\/composing))[.]test[.]ts$/;
const startsPrograms =
  /^(?:node:child_process|node:cluster|server\/src\/(?:postgres\/.*|testing\/test-database[.]ts))$/;
const root = resolve(process.env.TEMBO_TEST_ROOT ?? join(import.meta.dirname, ".."));

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { filter: { type: "string" }, file: { type: "string" }, all: { type: "boolean" } },
});
const unknown = positionals.find((name) => !groups.includes(name));
if (unknown !== undefined) {
  console.error(
    `Unknown group "${unknown}". Choose from ${groups.join(", ")}, or omit the group to run all groups except ${asked.join(" and ")}.`,
  );
  process.exit(2);
}

let total = noCounts;
for (const suite of chooseSuites(positionals)) {
  if (suite.files.length > 0) total = addCounts(total, await runSuite(suite));
}
publishCounts(asked.find((group) => positionals.includes(group)) ?? "test", total);
const ran = total.passed + total.failed;
if (ran === 0) console.error("No tests ran, because no test matches.");
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 || ran === 0 ? 1 : 0;

/**
 * Chooses the suites to run. Pure tests are unit tests that start neither a database nor another program. Alone, they
 * take less than a minute. Unit and contract tests share one run. Probes run one file at a time, because each probe
 * uses the whole machine.
 */
function chooseSuites(chosen: readonly string[]): Suite[] {
  const isOfEveryGroup = (group: string) => options.file !== undefined || !asked.includes(group);
  const wants = (group: string) => (chosen.length === 0 ? isOfEveryGroup(group) : chosen.includes(group));
  const nearSuite = {
    concurrency: 2,
    testTimeoutMs: 120_000,
    limitMs: 20 * 60_000,
    harnesses: defaultHarnesses,
    isOnOneDatabase: true,
  };
  const near = findTests(
    "{contract,sdk,cli,server,web,site,bench}/src/**/*.test.ts",
    "scripts/**/*.test.ts",
    "deploy/**/*.test.ts",
  ).filter((file) => !isMatrix(file) && !isInstallation(file));
  const quick = near.filter((file) => !isAdapter(file) && wants(runsContract(file) ? "contract" : "unit"));
  const modulesOf = reachableModules(root);
  const isPure = (file: string) =>
    !runsContract(file) && ![...modulesOf(file)].some((module) => startsPrograms.test(module));
  const pure = chosen.includes("pure") ? near.filter(isPure) : quick.filter(isPure);
  const ends = findTests("e2e/src/**/*.test.ts");
  const probes = wants("containment") ? ends.filter(isProbe) : [];
  const matrix = wants("harnesses")
    ? [...findTests("server/src/harness/real/*.test.ts"), ...ends.filter(isMatrix)]
    : [];
  const stories = ends.filter(
    (file) =>
      !isProbe(file) && !isMatrix(file) && !isBrowser(file) && !needsImage(file) && wants(groupOfStory(file)),
  );
  const allCombinations = options.all && { env: { TEMBO_TEST_COMBINATIONS: "all" } };
  return [
    {
      name: "pure",
      files: pure,
      concurrency: 1,
      testTimeoutMs: 60_000,
      limitMs: 5 * 60_000,
      harnesses: [],
      isOneProcess: true,
    },
    {
      name: "unit and contract",
      files: quick.filter((file) => !pure.includes(file)),
      ...nearSuite,
    },
    {
      name: "adapters",
      files: wants("adapters") ? near.filter(isAdapter) : [],
      ...nearSuite,
      // Otherwise, the contract suite of sandboxes and the probes run on representative combinations of sandbox, programs and profile.
      ...allCombinations,
      limitMs: 30 * 60_000,
    },
    {
      name: "containment",
      files: probes,
      concurrency: 1,
      testTimeoutMs: 120_000,
      limitMs: (options.all ? 25 : 15) * 60_000,
      harnesses: defaultHarnesses,
      ...allCombinations,
      copiesDataFolder: true,
    },
    {
      name: "e2e",
      files: stories,
      // Each story has its own data folder, ports and user IDs.
      concurrency: 2,
      testTimeoutMs: 300_000,
      limitMs: 60 * 60_000,
      // Otherwise, the story with random requests sends fewer of them.
      ...allCombinations,
      // One of the long stories continues with another harness.
      harnesses: wants("long") ? [...defaultHarnesses, "codex"] : defaultHarnesses,
      copiesDataFolder: true,
    },
    {
      name: "browser",
      files: ends.filter(
        (file) => isBrowser(file) && (chosen.includes("browser") || wants(groupOfStory(file))),
      ),
      concurrency: 2,
      testTimeoutMs: 300_000,
      limitMs: 30 * 60_000,
      harnesses: defaultHarnesses,
      copiesDataFolder: true,
    },
    {
      name: "harnesses",
      files: matrix,
      concurrency: 2,
      testTimeoutMs: 300_000,
      limitMs: 60 * 60_000,
      harnesses: playableHarnesses,
      copiesDataFolder: true,
      // Otherwise, most rows of the matrix run on one harness.
      ...allCombinations,
    },
    {
      name: "install",
      files: wants("install") ? findTests("scripts/install-tests/*.test.ts") : [],
      concurrency: 1,
      // The first installation downloads the packages.
      testTimeoutMs: 10 * 60_000,
      limitMs: 30 * 60_000,
      harnesses: defaultHarnesses,
    },
    {
      name: "image",
      files: wants("image") ? findTests("images/**/*.test.ts") : [],
      concurrency: 1,
      // Building the base image downloads about a gigabyte.
      testTimeoutMs: 30 * 60_000,
      limitMs: 60 * 60_000,
      harnesses: defaultHarnesses,
    },
    {
      name: "environments",
      files: wants("environments") ? ends.filter(needsImage) : [],
      // The files share an image, which the first of them makes.
      concurrency: 1,
      testTimeoutMs: 30 * 60_000,
      limitMs: 60 * 60_000,
      harnesses: defaultHarnesses,
    },
  ];
}

/** Returns true if the file runs the contract suite of a port, such as `sandbox-contract.ts`. */
function runsContract(file: string): boolean {
  return /from "[^"]*-contract\.ts"/.test(readFileSync(join(root, file), "utf8"));
}

/**
 * Returns true if the file tests git, sandboxes, layers, forges, the engine, the embedded database or an S3 store. Many of these tests run or kill
 * real programs, so that the group takes minutes.
 */
function isAdapter(file: string): boolean {
  return /^server\/src\/(?:engine|forge|git|layers|postgres|sandbox|blobs\/s3)\//.test(file);
}

/** Returns true if the file contains attacks from inside a sandbox. Each attack has a control. */
function isProbe(file: string): boolean {
  return file.startsWith("e2e/src/containment/");
}

/** Returns true if the file contains stories about the dashboard. */
function isBrowser(file: string): boolean {
  return file.startsWith("e2e/src/browser/");
}

/** Returns true if the file contains stories about projects in an image of Debian. */
function needsImage(file: string): boolean {
  return file.startsWith("e2e/src/environments/");
}

/** Returns the group that runs a story. */
function groupOfStory(file: string): string {
  if (nightlyStories.test(file)) return "nightly";
  if (isBrowser(file)) return longBrowserStories.test(file) ? "long" : "browser";
  return shortStories.test(file) ? "e2e" : "long";
}

/** Returns true if the file tests the real packages of the harnesses. */
function isMatrix(file: string): boolean {
  return /^(?:e2e\/src\/harnesses|server\/src\/harness\/real)\//.test(file);
}

/** Returns true if the file installs the packages of a release. */
function isInstallation(file: string): boolean {
  return file.startsWith("scripts/install-tests/");
}

function findTests(...patterns: string[]): string[] {
  return globSync(patterns, { cwd: root })
    .filter((file) => !file.includes("node_modules/") && file.includes(options.file ?? ""))
    .sort();
}

/**
 * Runs a suite and returns its counts. The counts include at least one failure if the suite cannot start, exits with an
 * error or writes no counts.
 */
async function runSuite(suite: Suite): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), "tembo-test-"));
  try {
    const countsPath = join(folder, "counts.json");
    await using database = suite.isOnOneDatabase ? await startDatabase() : null;
    const harnesses = prepareHarnesses(root, suite.harnesses);
    await using dataFolder = suite.copiesDataFolder ? await startFolder() : null;
    const env = { ...harnesses, ...database?.env, ...dataFolder?.env, ...suite.env };
    const exitCode = await runNode(suite, countsPath, env);
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
async function startDatabase() {
  const module = join(root, "server/src/testing/temporary-cluster.ts");
  if (!existsSync(module) || (process.env.TEMBO_TEST_DATABASE_URL ?? "") !== "") return null;
  const { startTemporaryCluster }: typeof import("../server/src/testing/temporary-cluster.ts") = await import(
    module
  );
  const { url, stop } = await startTemporaryCluster();
  return { env: { TEMBO_TEST_DATABASE_URL: url }, [Symbol.asyncDispose]: stop };
}

/** Creates the data folder that the suite's files copy. */
async function startFolder() {
  const folder = join(root, "e2e/src/support");
  if (!existsSync(folder)) return null;
  const { createStartedFolder }: typeof import("../e2e/src/support/programs/started-folder.ts") =
    await import(join(folder, "programs/started-folder.ts"));
  return createStartedFolder("tembo_e2e_0123456789abcdef");
}

function runNode(suite: Suite, countsPath: string, env: Record<string, string>): Promise<number | null> {
  const child = spawn(
    process.execPath,
    [
      "--test",
      `--test-concurrency=${suite.concurrency}`,
      // A file that leaves a timer or a socket open must not prevent the run from ending.
      ...(suite.isOneProcess ? ["--test-isolation=none", "--test-force-exit"] : [preload("end-tests.ts")]),
      `--test-timeout=${suite.testTimeoutMs}`,
      ...(options.filter === undefined
        ? []
        : [`--test-name-pattern=${options.filter}`, preload("wait-for-hooks.ts")]),
      "--test-reporter=spec",
      "--test-reporter-destination=stdout",
      `--test-reporter=${join(import.meta.dirname, "count-reporter.ts")}`,
      `--test-reporter-destination=${countsPath}`,
      ...reportFailures(suite.name),
      ...suite.files,
    ],
    // Uses a separate process group, so that the runner can kill all its processes at the end.
    { cwd: root, env: testEnvironment(env), stdio: ["ignore", "inherit", "inherit"], detached: true },
  );
  return new Promise((settle, refuse) => {
    const watchdog = setTimeout(() => {
      console.error(`The ${suite.name} tests were stopped after ${suite.limitMs / 60_000} minutes.`);
      endGroup(child, "SIGKILL");
    }, suite.limitMs);
    const stop = () => endGroup(child, "SIGTERM");
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
    child.once("error", refuse);
    child.once("exit", (code) => {
      clearTimeout(watchdog);
      process.off("SIGINT", stop);
      process.off("SIGTERM", stop);
      settle(code);
    });
  });
}

/** Returns the argument that loads a module of this folder before each test file. */
function preload(name: string): string {
  return `--import=${join(import.meta.dirname, name)}`;
}

/**
 * Returns the reporter arguments that write the failures to a file in `$TEMBO_RESULTS_DIR`. Returns no arguments if
 * this variable is not set.
 */
function reportFailures(suite: string): string[] {
  const folder = process.env.TEMBO_RESULTS_DIR;
  if (folder === undefined) return [];
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${[...positionals, suite].join("-").replaceAll(" ", "-")}.failures`);
  return [
    `--test-reporter=${join(import.meta.dirname, "failure-reporter.ts")}`,
    `--test-reporter-destination=${path}`,
  ];
}

/**
 * Removes NODE_TEST_CONTEXT, which node sets in the processes of a test run. Otherwise, a nested run would report to
 * the outer run. Sets a compile cache, so that shared modules are compiled once.
 */
function testEnvironment(env: Record<string, string>): NodeJS.ProcessEnv {
  const { NODE_TEST_CONTEXT: _, ...outer } = process.env;
  return { NODE_COMPILE_CACHE: join(import.meta.dirname, "../.cache/compiled"), ...outer, ...env };
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ESRCH") throw cause;
  }
}
