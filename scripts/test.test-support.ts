import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { readCounts } from "./counts.ts";

export type Files = Readonly<Record<string, string>>;

export const passes = 'test("passes", () => {});';
export const fails = 'test("fails", () => { throw new Error("no"); });';
/** Makes a file part of a suite whose files share processes. */
export const startsPrograms = 'import "node:child_process";';

/**
 * Creates a tree with these test files. Adds an import of node:test to each file. Returns a function that runs the test
 * runner on the tree.
 */
export function createTree(context: TestContext, files: Files) {
  const tree = mkdtempSync(join(tmpdir(), "tembo-runner-"));
  context.after(() => rmSync(tree, { recursive: true }));
  for (const [path, body] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), `import { describe, test } from "node:test";\n${body}\n`);
  }
  const results = join(tree, "results");
  return (args: readonly string[], env: Files = {}) => {
    const run = spawnSync(process.execPath, [join(import.meta.dirname, "test.ts"), ...args], {
      encoding: "utf8",
      env: { ...process.env, ...env, TEMBO_TEST_ROOT: tree, TEMBO_RESULTS_DIR: results },
      timeout: 60_000,
    });
    const lastLine = run.stdout.trimEnd().split("\n").at(-1);
    const read = (name: string) => readFileSync(join(results, name), "utf8");
    const failures = (suite: string) => read(`${suite}.failures`);
    const isThere = (name: string) => existsSync(join(results, name));
    return { ...run, lastLine, read, failures, isThere, counts: readCounts(join(results, "test.json")) };
  };
}
