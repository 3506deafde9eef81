import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defaultHarnesses, playableHarnesses } from "../harness-cache.ts";
import { reachableModules } from "../reachable-modules.ts";
import {
  groupOfStory,
  isAdapter,
  isBrowser,
  isInstallation,
  isMatrix,
  isOtherPackage,
  isProbe,
  needsImage,
} from "./story-groups.ts";

export interface Suite {
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
  /** True if the suite's files install a release, which the runner packs once. */
  readonly installsRelease?: boolean;
  /** True if the suite's files copy the data folder of a server that has started once. */
  readonly copiesDataFolder?: boolean;
  /**
   * True if the suite's files share one process when a filter selects tests. Starting a process for each file would take
   * longer than the tests.
   */
  readonly filtersInOneProcess?: boolean;
  /** Set if the suite's files run in batches when no filter selects tests. The files of a batch share a process. */
  readonly batches?: {
    readonly maxFiles: number;
    /** Time limit for a file. */
    readonly limitMs: number;
  };
}

export interface Choice {
  /** Folder with the tests. */
  readonly root: string;
  /** Named groups. If empty, all groups except those of `namedGroups`. */
  readonly groups: readonly string[];
  /** Text that the path of each test file contains. */
  readonly file: string | undefined;
  /** True to run all combinations, where a suite by default runs representative ones. */
  readonly isAll: boolean;
}

/**
 * Groups that run only if they are named, or if `file` is set and no group is named. `npm run check` names them, except
 * `nightly`, and except `image`, `environments` and most files of `install`, which install packages.
 */
export const namedGroups: readonly string[] = [
  "adapters",
  "long",
  "containment",
  "harnesses",
  "nightly",
  "install",
  "image",
  "environments",
];
export const groups: readonly string[] = ["pure", "unit", "contract", "e2e", "browser", ...namedGroups];

/** Time limit for a test file in a batch. */
const fileLimitMs = Number(process.env.TEMBO_TEST_FILE_LIMIT_MS ?? 5 * 60_000);

const startsPrograms =
  /^(?:node:child_process|node:cluster|server\/src\/(?:postgres\/.*|testing\/test-database[.]ts))$/;

/**
 * Chooses the suites to run. Pure tests are unit tests that start neither a database nor another program. Alone, they
 * take less than a minute. Unit and contract tests share one run. Probes run one file at a time, because each probe
 * uses the whole machine.
 */
export function chooseSuites({ root, groups: chosen, file: text, isAll }: Choice): Suite[] {
  const findTests = (...patterns: string[]) =>
    globSync(patterns, { cwd: root })
      .filter((file) => !file.includes("node_modules/") && file.includes(text ?? ""))
      .sort();
  const isOfEveryGroup = (group: string) => text !== undefined || !namedGroups.includes(group);
  const wants = (group: string) => (chosen.length === 0 ? isOfEveryGroup(group) : chosen.includes(group));
  // Returns true if the file runs the contract suite of a port, such as `sandbox-contract.ts`.
  const runsContract = (file: string) =>
    /from "[^"]*-contract\.ts"/.test(readFileSync(join(root, file), "utf8"));
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
    ? [...findTests("server/src/harness/real/*.test.ts"), ...ends.filter(isMatrix)].filter(
        (file) => isAll || text !== undefined || !isOtherPackage(file),
      )
    : [];
  const stories = ends.filter(
    (file) =>
      !isProbe(file) && !isMatrix(file) && !isBrowser(file) && !needsImage(file) && wants(groupOfStory(file)),
  );
  const installations = wants("install") ? findTests("scripts/install-tests/*.test.ts") : [];
  const allCombinations = isAll && { env: { TEMBO_TEST_COMBINATIONS: "all" } };
  return [
    {
      name: "pure",
      files: pure,
      concurrency: 2,
      testTimeoutMs: 60_000,
      limitMs: 5 * 60_000,
      harnesses: [],
      batches: { maxFiles: 100, limitMs: 60_000 },
      filtersInOneProcess: true,
    },
    {
      name: "unit and contract",
      files: quick.filter((file) => !pure.includes(file)),
      ...nearSuite,
      batches: { maxFiles: 20, limitMs: fileLimitMs },
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
      limitMs: (isAll ? 25 : 15) * 60_000,
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
      // A story in the group "long" continues with another harness.
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
      // Otherwise, most rows of the matrix run on one harness, and the contract suite on two.
      ...allCombinations,
    },
    {
      name: "install",
      files: installations,
      installsRelease: installations.some((file) =>
        readFileSync(join(root, file), "utf8").includes("packRelease("),
      ),
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
