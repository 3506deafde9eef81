import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";

const root = join(import.meta.dirname, "..");
const leave = (name: string, passed: number, failed: number) =>
  `mkdir -p "$TEMBO_RESULTS_DIR"; echo '{"passed":${passed},"failed":${failed},"skipped":0,"todo":0}' >"$TEMBO_RESULTS_DIR/${name}.json"`;

const calls = [
  "npm test",
  "npm run test:adapters",
  "npm run test:long",
  "npm run test:containment",
  "npm run test:harnesses",
  "npm run check:static",
];

/** Runs .ci/run in a tree whose npm is a stub that executes these shell lines. */
function runCi(
  context: TestContext,
  npm: { readonly test: string; readonly static: string; readonly containment?: string },
  setUp?: string,
) {
  const tree = mkdtempSync(join(tmpdir(), "tembo-ci-"));
  context.after(() => rmSync(tree, { recursive: true }));
  for (const folder of [".ci", "scripts", "bin"]) mkdirSync(join(tree, folder));
  mkdirSync(join(tree, "scripts/test"));
  const copied = ["ci-summary.ts", "counts.ts", "repeat-failures.ts"].map((name) => `scripts/${name}`);
  for (const file of [".ci/run", ...copied]) copyFileSync(join(root, file), join(tree, file));
  writeFileSync(
    join(tree, "scripts/test/choose-suites.ts"),
    'export const namedGroups: readonly string[] = ["adapters", "long"];\n',
  );
  // Passes if the name of the file says so.
  writeFileSync(
    join(tree, "scripts/test.ts"),
    'console.log("test " + process.argv.slice(2).join(" "));\nprocess.exitCode = process.argv.at(-1)?.includes("rare") ? 0 : 1;\n',
  );
  writeFileSync(join(tree, ".ci/install-programs"), "#!/bin/sh\n", { mode: 0o755 });
  writeFileSync(join(tree, "package.json"), '{"type":"module"}');
  writeFileSync(
    join(tree, "scripts/with-setup.sh"),
    setUp ?? '[ "$1" = --for-tests ] && shift; exec env "$@"',
  );
  writeFileSync(
    join(tree, "bin/npm"),
    `#!/bin/sh\necho "npm $*"\ncase $* in test) ${npm.test} ;; *adapters) ${leave("adapters", 0, 0)} ;; *long) ${leave("long", 0, 0)} ;; *containment) ${npm.containment ?? leave("containment", 0, 0)} ;; *harnesses) ${leave("harnesses", 0, 0)} ;; *) ${npm.static} ;; esac\n`,
  );
  chmodSync(join(tree, "bin/npm"), 0o755);
  symlinkSync(process.execPath, join(tree, "bin/node"));
  const run = spawnSync(join(tree, ".ci/run"), {
    encoding: "utf8",
    env: { ...process.env, PATH: `${tree}/bin:${process.env.PATH}` },
    timeout: 60_000,
  });
  return { lines: run.stdout.trimEnd().split("\n"), status: run.status };
}

test("prints the total counts of all runners last", (context) => {
  const run = runCi(context, {
    test: leave("test", 5, 0),
    containment: leave("containment", 2, 0),
    static: leave("check-static", 4, 0),
  });
  assert.deepEqual(run, { lines: [...calls, "11 passed, 0 failed"], status: 0 });
});

test("prints the failures again before the counts", (context) => {
  const failedTest = `${leave("test", 5, 1)}; echo "FAILED one" >"$TEMBO_RESULTS_DIR/e2e.failures"; : >"$TEMBO_RESULTS_DIR/unit.failures"`;
  const run = runCi(context, { test: `${failedTest}; exit 1`, static: leave("check-static", 4, 0) });
  assert.deepEqual(run, { lines: [...calls, "FAILED one", "9 passed, 1 failed"], status: 1 });
});

const failing = (runner: string, failures: Readonly<Record<string, readonly string[]>>, failed: number) => {
  const lines = Object.entries(failures).flatMap(([file, names]) =>
    names.map((name) => `FAILED ${name} (${file})`),
  );
  const print = lines.map((line) => `echo "${line}" >>"$TEMBO_RESULTS_DIR/${runner}.failures"`);
  return [leave("test", 5, failed), ...print, "exit 1"].join("; ");
};
const repeated = (name: string, file: string) =>
  `REPEATED ${name} (${file}): it failed at first, and passed alone.`;

test("repeats failed files, and counts those that pass alone as passed, with their names", (context) => {
  const run = runCi(context, {
    test: failing("unit", { "a-rare.test.ts": ["one", "two (2)"] }, 2),
    static: leave("check-static", 4, 0),
  });
  assert.deepEqual(run.lines.slice(calls.length), [
    "Repeating a-rare.test.ts ...",
    "test --file a-rare.test.ts",
    "FAILED one (a-rare.test.ts)",
    "FAILED two (2) (a-rare.test.ts)",
    repeated("one", "a-rare.test.ts"),
    repeated("two (2)", "a-rare.test.ts"),
    "11 passed, 0 failed",
  ]);
  assert.equal(run.status, 0);
});

test("counts a failed file that fails again", (context) => {
  const files = { "a-rare.test.ts": ["one"], "b.test.ts": ["two"] };
  const run = runCi(context, { test: failing("unit", files, 2), static: leave("check-static", 4, 0) });
  assert.deepEqual([run.lines.at(-1), run.status], ["10 passed, 1 failed", 1]);
});

test("repeats nothing if many files failed, or if a failure has no file", (context) => {
  const many = Object.fromEntries([1, 2, 3, 4].map((number) => [`${number}-rare.test.ts`, ["one"]]));
  for (const [files, failed] of [
    [many, 4],
    [{ "a-rare.test.ts": ["one"] }, 2],
  ] as const) {
    const run = runCi(context, { test: failing("unit", files, failed), static: leave("check-static", 4, 0) });
    assert.deepEqual([run.lines.at(-1), run.status], [`9 passed, ${failed} failed`, 1]);
    assert.ok(!run.lines.some((line) => line.startsWith("Repeating")));
  }
});

test("runs the containment probes and static checks even after failed tests, and fails", (context) => {
  const run = runCi(context, { test: `${leave("test", 5, 2)}; exit 1`, static: leave("check-static", 4, 0) });
  assert.deepEqual(run, { lines: [...calls, "9 passed, 2 failed"], status: 1 });
});

test("counts at least one failure for a crashed runner", (context) => {
  const run = runCi(context, { test: "kill -9 $$", static: leave("check-static", 4, 0) });
  assert.equal(run.lines.at(-1), "4 passed, 1 failed");
  assert.equal(run.status, 1);
});

test("reports a failed setup as a failure, in the same format", (context) => {
  const run = runCi(context, { test: "true", static: "true" }, "exit 1");
  assert.deepEqual(run, { lines: ["0 passed, 1 failed"], status: 1 });
});

test("reports a summary script that cannot run as a failure, in the same format", (context) => {
  const run = runCi(
    context,
    { test: leave("test", 5, 0), static: leave("check-static", 4, 0) },
    'case $1 in node) exit 9 ;; *) exec env "$@" ;; esac',
  );
  assert.equal(run.lines.at(-1), "0 passed, 1 failed");
  assert.equal(run.status, 1);
});
