import assert from "node:assert/strict";
import { test } from "node:test";
import { createTree, fails, passes, startsPrograms } from "../test.test-support.ts";

/** Returns code that runs `first` in the first run of the file, and `then` in the next ones. */
const inTurn = (name: string, first: string, then = "") =>
  `{ const path = process.env.TEMBO_RESULTS_DIR + "/${name}"; const { existsSync, writeFileSync } = await import("node:fs");
    if (existsSync(path)) { ${then} } else { writeFileSync(path, ""); ${first} } }`;
const no = 'throw new Error("no");';
const flaky = (name: string, then = "") =>
  `test("${name}", async (context) => ${inTurn(name, no, `void context; ${then}`)});`;
const repeatLine = (title: string) => `REPEATED ${title}: it failed, and passed when its files ran again.\n`;
const isRepeating = /^Running \d+ of \d+ test processes again/m;

test("repeats failed tests, counts those that pass and prints their names, but only with --repeat", (context) => {
  const files = {
    "server/src/a.test.ts": `${startsPrograms} ${passes} ${flaky("one (1)")}`,
    "e2e/src/b.test.ts": `import { before } from "node:test"; before(async () => ${inTurn("hook", no)}); ${passes}`,
    "e2e/src/c.test.ts": passes,
  };
  const run = createTree(context, files)(["--repeat"]);
  assert.deepEqual(run.counts, { passed: 4, failed: 0, skipped: 0, todo: 0 });
  assert.deepEqual([run.lastLine, run.status], ["4 passed, 0 failed, 0 skipped", 0]);
  const lines = repeatLine("one (1) (server/src/a.test.ts)") + repeatLine("passes (e2e/src/b.test.ts)");
  assert.ok(run.stdout.includes(lines), run.stdout);
  assert.equal(run.read("test.repeated"), lines);
  assert.match(run.stdout, /^FAILED one \(1\) \(server\/src\/a\.test\.ts\)\nRunning 1 of 1 /m);
  assert.match(run.stdout, /^Running 1 of 2 /m);
  const once = createTree(context, files)([]);
  assert.deepEqual([once.lastLine, once.status], ["2 passed, 2 failed, 0 skipped", 1]);
});

test("names the group whose tests it repeats", (context) => {
  const run = createTree(context, { "server/src/git/a.test.ts": flaky("one") })(["adapters", "--repeat"]);
  assert.equal(run.status, 0);
  assert.equal(run.read("adapters.repeated"), repeatLine("one (server/src/git/a.test.ts)"));
});

test("does not repeat a suite or a process that ended before its tests", (context) => {
  const later = "await new Promise((resolve) => setTimeout(resolve, 300));";
  const kill = (name: string, pid: string) =>
    `test("kills", async () => ${inTurn(name, `${later} process.kill(process.${pid}, "SIGKILL");`)});`;
  const inBatch = createTree(context, {
    "server/src/a.test.ts": `${startsPrograms} ${flaky("one")}`,
    "server/src/b.test.ts": `${startsPrograms} ${kill("suite", "ppid")}`,
  })(["--repeat"]);
  assert.equal(inBatch.status, 1);
  assert.match(inBatch.stderr, /exited with a signal before they reported all results/);
  assert.doesNotMatch(inBatch.stdout, isRepeating);
  const alone = createTree(context, {
    "e2e/src/a.test.ts": `${flaky("one")} ${kill("process", "pid")}`,
  })(["--repeat"]);
  assert.deepEqual([alone.lastLine, alone.status], ["0 passed, 2 failed, 0 skipped", 1]);
  assert.doesNotMatch(alone.stdout, isRepeating);
});

test("counts a failure that an earlier file of the batch causes", (context) => {
  const run = createTree(context, {
    "server/src/a.test.ts": `${startsPrograms} test("leaves", () => { globalThis.left = true; });`,
    "server/src/b.test.ts": `${startsPrograms} test("finds", () => { if (globalThis.left) ${no} });`,
  });
  const repeated = run(["--repeat"]);
  assert.match(repeated.stdout, isRepeating);
  assert.deepEqual([repeated.lastLine, repeated.status], ["1 passed, 1 failed, 0 skipped", 1]);
  assert.equal(run(["--file", "b.test.ts"]).status, 0);
});

test("counts a failed test that the repeat does not run", (context) => {
  for (const then of ["context.skip();", "context.todo();"]) {
    const run = createTree(context, { "e2e/src/a.test.ts": `${passes} ${flaky("one", then)}` })(["--repeat"]);
    assert.match(run.stdout, isRepeating);
    assert.match(run.stderr, /^These tests did not pass again: one \(e2e\/src\/a\.test\.ts\)\.$/m);
    assert.deepEqual([run.lastLine, run.status], ["1 passed, 1 failed, 0 skipped", 1]);
  }
  const missing = createTree(context, {
    "e2e/src/a.test.ts": `${passes} ${inTurn("file", flaky("one"))}`,
  })(["--repeat"]);
  assert.deepEqual([missing.lastLine, missing.status], ["1 passed, 1 failed, 0 skipped", 1]);
});

test("repeats nothing if more than three files failed, also in several groups", (context) => {
  const batch = ["a", "b", "c"].map((name) => [
    `server/src/${name}.test.ts`,
    `${startsPrograms} ${flaky(name)}`,
  ]);
  const fourth = {
    "e2e/src/d.test.ts": flaky("d"),
    "server/src/d.test.ts": `${startsPrograms} ${flaky("e")}`,
  };
  const many = createTree(context, { ...Object.fromEntries(batch), ...fourth })(["--repeat"]);
  assert.deepEqual([many.lastLine, many.status], ["0 passed, 5 failed, 0 skipped", 1]);
  const run = createTree(context, {
    ...Object.fromEntries(batch),
    "server/src/git/f.test.ts": flaky("f"),
  });
  assert.equal(run(["--repeat"]).status, 0);
  const next = run(["adapters", "--repeat"]);
  assert.deepEqual([next.lastLine, next.status], ["0 passed, 1 failed, 0 skipped", 1]);
});

test("ends a repeat at the time limit of all repeats, and repeats nothing after it", (context) => {
  const hangs = "await new Promise(() => setInterval(() => {}, 1_000));";
  const run = createTree(context, {
    "e2e/src/a.test.ts": flaky("one", hangs),
    "server/src/git/b.test.ts": flaky("two"),
  });
  const env = { TEMBO_TEST_REPEAT_LIMIT_MS: "1000" };
  const first = run(["--repeat"], env);
  assert.match(first.stdout, isRepeating);
  assert.match(first.stderr, /The e2e tests were stopped/);
  assert.deepEqual([first.lastLine, first.status], ["0 passed, 1 failed, 0 skipped", 1]);
  const second = run(["adapters", "--repeat"], env);
  assert.deepEqual([second.lastLine, second.status], ["0 passed, 1 failed, 0 skipped", 1]);
  assert.doesNotMatch(second.stdout, isRepeating);
});

test("counts a test that fails in each run", (context) => {
  const run = createTree(context, { "e2e/src/a.test.ts": `${passes} ${fails}` })(["--repeat"]);
  assert.match(run.stdout, isRepeating);
  assert.deepEqual([run.lastLine, run.status], ["1 passed, 1 failed, 0 skipped", 1]);
  assert.ok(!run.isThere("test.repeated"));
});
