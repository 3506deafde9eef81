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
  "npm test -- --repeat",
  "npm run test:adapters -- --repeat",
  "npm run test:long -- --repeat",
  "npm run test:containment -- --repeat",
  "npm run test:harnesses -- --repeat",
  "npm run test:install -- --file clone --repeat",
  "npm run check:static",
];

/** Runs .ci/run in a tree whose npm is a stub that executes these shell lines. */
function runCi(
  context: TestContext,
  npm: {
    readonly test: string;
    readonly static: string;
    readonly adapters?: string;
    readonly containment?: string;
  },
  setUp?: string,
) {
  const tree = mkdtempSync(join(tmpdir(), "tembo-ci-"));
  context.after(() => rmSync(tree, { recursive: true }));
  for (const folder of [".ci", "scripts", "bin"]) mkdirSync(join(tree, folder));
  for (const file of [".ci/run", "scripts/ci-summary.ts", "scripts/counts.ts"])
    copyFileSync(join(root, file), join(tree, file));
  writeFileSync(join(tree, ".ci/install-programs"), "#!/bin/sh\n", { mode: 0o755 });
  writeFileSync(join(tree, "package.json"), '{"type":"module"}');
  writeFileSync(
    join(tree, "scripts/with-setup.sh"),
    setUp ?? '[ "$1" = --for-tests ] && shift; exec env "$@"',
  );
  writeFileSync(
    join(tree, "bin/npm"),
    `#!/bin/sh\necho "npm $*"\ncase $* in "test --"*) ${npm.test} ;; *adapters*) ${npm.adapters ?? leave("adapters", 0, 0)} ;; *long*) ${leave("long", 0, 0)} ;; *containment*) ${npm.containment ?? leave("containment", 0, 0)} ;; *harnesses*) ${leave("harnesses", 0, 0)} ;; *install*) ${leave("install", 0, 0)} ;; *) ${npm.static} ;; esac\n`,
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

test("prints the repeated tests before the counts", (context) => {
  const results = `${leave("adapters", 5, 0)}; echo "REPEATED one" >"$TEMBO_RESULTS_DIR/adapters.repeated"`;
  const run = runCi(context, {
    test: leave("test", 5, 0),
    adapters: results,
    static: leave("check-static", 4, 0),
  });
  assert.deepEqual(run, { lines: [...calls, "REPEATED one", "14 passed, 0 failed"], status: 0 });
});

test("adds the failures of all runners, and one for a runner that failed without them", (context) => {
  const run = runCi(context, {
    test: `${leave("test", 5, 1)}; exit 1`,
    adapters: `${leave("adapters", 3, 2)}; exit 1`,
    containment: `${leave("containment", 2, 0)}; exit 1`,
    static: leave("check-static", 4, 0),
  });
  assert.deepEqual([run.lines.at(-1), run.status], ["14 passed, 4 failed", 1]);
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
