/**
 * Repeats the failed test files of CI's runners: `node scripts/repeat-failures.ts FOLDER`
 *
 * If a file passes alone, its failed tests count as passed, and the file `RUNNER.repeated` names them. They still have a
 * defect that appears rarely. More than three files have a common cause, and a failure without a file is no failed test,
 * so nothing is repeated then. Only CI repeats failures: `npm test` and the nightly workflow do not.
 */
import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publishCounts, readCounts } from "./counts.ts";
import { namedGroups } from "./test/choose-suites.ts";

const maxFiles = 3;
const limitMs = 10 * 60_000;
const failureLine = /^FAILED (?<name>.*) \((?<file>[^()]+\.test\.ts)\)$/gm;

interface FailedFile {
  readonly runner: string;
  readonly file: string;
  readonly names: readonly string[];
}

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error("Usage: node scripts/repeat-failures.ts FOLDER");
  process.exit(2);
}
const failedFiles = readFailedFiles(folder);
const named = failedFiles.reduce((sum, { names }) => sum + names.length, 0);
if (failedFiles.length <= maxFiles && named === countFailed(folder))
  for (const failed of failedFiles) if (passesAlone(failed)) countAsPassed(folder, failed);

function readFailedFiles(results: string): FailedFile[] {
  const found = new Map<string, { runner: string; file: string; names: string[] }>();
  for (const path of readdirSync(results).filter((name) => name.endsWith(".failures")))
    for (const { groups } of readFileSync(join(results, path), "utf8").matchAll(failureLine)) {
      const { name, file } = groups as { name: string; file: string };
      const runner = namedGroups.find((group) => path.startsWith(`${group}-`)) ?? "test";
      const key = `${runner} ${file}`;
      found.set(key, { runner, file, names: [...(found.get(key)?.names ?? []), name] });
    }
  return [...found.values()];
}

function countFailed(results: string): number {
  const counts = readdirSync(results)
    .filter((name) => name.endsWith(".json"))
    .map((name) => readCounts(join(results, name)));
  return counts.reduce((sum, each) => sum + (each?.failed ?? 0), 0);
}

function passesAlone({ runner, file }: FailedFile): boolean {
  console.log(`Repeating ${file} ...`);
  const own = mkdtempSync(join(tmpdir(), "tembo-repeat-"));
  try {
    const group = runner === "test" ? [] : [runner];
    const { status } = spawnSync(process.execPath, ["scripts/test.ts", ...group, "--file", file], {
      stdio: "inherit",
      env: { ...process.env, TEMBO_RESULTS_DIR: own },
      timeout: limitMs,
    });
    return status === 0;
  } finally {
    rmSync(own, { recursive: true });
  }
}

function countAsPassed(results: string, { runner, file, names }: FailedFile): void {
  const path = join(results, `${runner}.json`);
  const counts = readCounts(path);
  if (counts === null) return;
  const passed = counts.passed + names.length;
  process.env.TEMBO_RESULTS_DIR = results;
  publishCounts(runner, { ...counts, passed, failed: counts.failed - names.length });
  const lines = names.map((name) => `REPEATED ${name} (${file}): it failed at first, and passed alone.\n`);
  appendFileSync(join(results, `${runner}.repeated`), lines.join(""));
}
