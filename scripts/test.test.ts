import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createTree, type Files, fails, passes, startsPrograms } from "./test.test-support.ts";

const runTests = (context: TestContext, files: Files, ...args: string[]) => createTree(context, files)(args);

/** Ends a file soon after its hooks. */
const runEndingSoon = (context: TestContext, files: Files, ...args: string[]) =>
  createTree(context, files)(args, { TEMBO_TEST_REPORTS_WITHIN_MS: "300" });

test("adds up the counts of all groups, writes them to the results folder and prints them last", (context) => {
  const run = runTests(context, {
    "server/src/a.test.ts": `${passes} test("skipped", { skip: true }, () => {}); test("todo", { todo: true }, () => { throw new Error("later"); });`,
    "sdk/src/a.test.ts": `describe("suite", () => { ${passes} });`,
    "e2e/src/a.test.ts": passes,
  });
  assert.deepEqual(run.counts, { passed: 3, failed: 0, skipped: 1, todo: 1 });
  assert.equal(run.lastLine, "3 passed, 0 failed, 1 skipped");
  assert.equal(run.status, 0);
});

test("the unit group contains only tests that start no program, not even through another module", (context) => {
  const files = {
    "server/src/a.test.ts": passes,
    "server/src/forge/b.test.ts": passes,
    "server/src/c.test.ts": `import "./helper.ts"; ${passes}`,
    "server/src/helper.ts": 'import { spawn } from "node:child_process"; export { spawn };',
    "server/src/d.test.ts": `import type { ChildProcess } from "node:child_process"; ${passes} export type A = ChildProcess;`,
    "sdk/src/e.test.ts": 'test("starts", async () => { await import("node:child_process"); });',
    "e2e/src/f.test.ts": passes,
  };
  assert.equal(runTests(context, files, "pure").lastLine, "3 passed, 0 failed, 0 skipped");
  assert.equal(
    runTests(context, files, "unit").lastLine,
    "4 passed, 0 failed, 0 skipped",
    "runs all tests except the forge's",
  );
  assert.equal(runTests(context, files).lastLine, "5 passed, 0 failed, 0 skipped", "runs each test once");
});

test("fails the run if one test fails", (context) => {
  const run = runTests(context, { "server/src/a.test.ts": `${passes} ${fails}` });
  assert.deepEqual([run.lastLine, run.status], ["1 passed, 1 failed, 0 skipped", 1]);
});

test("writes only the failures, with their messages, to the results folder", (context) => {
  const run = runTests(context, {
    "server/src/a.test.ts": `${passes} ${fails} test("todo", { todo: true }, () => { throw new Error("later"); });`,
    "e2e/src/a.test.ts":
      'test("outer", async (t) => { await t.test("inner", () => { throw new Error("deep"); }); });',
  });
  const [unit, story] = ["pure", "e2e"].map((suite) => run.failures(suite));
  assert.match(unit!, /^FAILED fails \(server\/src\/a\.test\.ts\)\n {4}Error: no\n/);
  assert.match(story!, /^FAILED inner .*\n {4}Error: deep\n/);
  assert.doesNotMatch(`${unit}${story}`, /passes|todo|outer/);
});

test("fails if only a story fails, or if only a unit test fails", (context) => {
  for (const [unit, story] of [
    [passes, fails],
    [fails, passes],
  ] as const) {
    const run = runTests(context, { "cli/src/a.test.ts": unit, "e2e/src/a.test.ts": story });
    assert.deepEqual([run.lastLine, run.status], ["1 passed, 1 failed, 0 skipped", 1]);
  }
});

test("fails if no test ran", (context) => {
  for (const run of [
    runTests(context, {}),
    runTests(context, { "server/src/empty.test.ts": "" }),
    runTests(context, { "server/src/a.test.ts": passes }, "--filter", "matches nothing"),
    runTests(context, { "server/src/a.test.ts": passes }, "e2e"),
  ]) {
    assert.match(run.stderr, /No tests ran/);
    assert.deepEqual([run.lastLine, run.status], ["0 passed, 0 failed, 0 skipped", 1]);
  }
});

test("counts a file that fails to load as a failure", (context) => {
  const run = runTests(context, {
    "server/src/a.test.ts": passes,
    "server/src/b.test.ts": 'throw new Error("broken");',
  });
  assert.deepEqual([run.lastLine, run.status], ["1 passed, 1 failed, 0 skipped", 1]);
});

test("counts a suite with a failing hook as a failure, even if its tests pass", (context) => {
  const run = runTests(context, {
    "server/src/a.test.ts": `import { after } from "node:test"; describe("suite", () => { after(() => { throw new Error("hook"); }); ${passes} });`,
  });
  assert.deepEqual([run.lastLine, run.status], ["1 passed, 1 failed, 0 skipped", 1]);
});

test("fails if a test ends the process with 0 before the results are written", (context) => {
  const files = {
    "server/src/a.test.ts": `${passes} test("exits", () => process.exit(0));`,
    "e2e/src/b.test.ts": passes,
  };
  // With a filter, the tests run in the process that writes the results.
  const run = runTests(context, files, "--filter", "passes|exits");
  assert.equal(run.lastLine, "1 passed, 1 failed, 0 skipped");
  assert.match(run.stderr, /exited with 0 before they reported all results/);
  assert.equal(run.status, 1);
});

test("exits even if a file leaves a timer running", (context) => {
  const run = runTests(context, { "server/src/a.test.ts": `${passes} setInterval(() => {}, 1000);` });
  assert.deepEqual([run.lastLine, run.status], ["1 passed, 0 failed, 0 skipped", 0]);
});

test("counts every test of a file that reports many at its end and leaves a timer running", (context) => {
  const body = `for (let index = 0; index < 2_000; index++) ${passes} setInterval(() => {}, 1000);`;
  const run = runEndingSoon(context, { "e2e/src/a.test.ts": body });
  assert.deepEqual([run.lastLine, run.status], ["2000 passed, 0 failed, 0 skipped", 0]);
});

test("ends a file that leaves a timer running which prints text", (context) => {
  const env = { TEMBO_TEST_REPORTS_WITHIN_MS: "20" };
  const body = `${passes} setInterval(() => console.log("again"), 1);`;
  const run = createTree(context, { "e2e/src/a.test.ts": body })([], env);
  assert.deepEqual([run.lastLine, run.status], ["1 passed, 0 failed, 0 skipped", 0]);
});

const leaks = "setInterval(() => {}, 1000);";
const slowHooks = `import { after, before } from "node:test"; import { writeFileSync } from "node:fs";
  const later = () => new Promise((resolve) => setTimeout(resolve, 1_000));
  const leave = (name) => writeFileSync(process.env.TEMBO_RESULTS_DIR + "/" + name, "");`;

test("ends a file only after its hooks, however long they take", (context) => {
  const body = `${slowHooks} after(async () => { await later(); leave("cleaned"); }); ${passes} ${leaks}`;
  const run = runEndingSoon(context, { "e2e/src/a.test.ts": body });
  assert.equal(run.lastLine, "1 passed, 0 failed, 0 skipped");
  assert.ok(run.isThere("cleaned"));
});

test("ends a file whose tests are all skipped or do not match, and which leaves a timer running", (context) => {
  const skipped = `test("skipped", { skip: true }, () => {}); ${leaks}`;
  const run = runEndingSoon(context, { "e2e/src/a.test.ts": skipped, "e2e/src/b.test.ts": passes });
  assert.deepEqual([run.lastLine, run.status], ["1 passed, 0 failed, 1 skipped", 0]);
  const other = `test("other", () => {}); ${leaks}`;
  const files = { "e2e/src/a.test.ts": other, "e2e/src/b.test.ts": passes };
  const filtered = runEndingSoon(context, files, "--filter", "passes");
  assert.deepEqual([filtered.lastLine, filtered.status], ["1 passed, 0 failed, 0 skipped", 0]);
});

test("reports a failing hook of a file that leaves a timer running, and ends the file", (context) => {
  const body = `${slowHooks} after(() => { throw new Error("broken hook"); }); ${passes} ${leaks}`;
  const run = runEndingSoon(context, { "e2e/src/a.test.ts": body });
  assert.deepEqual([run.lastLine, run.status], ["1 passed, 1 failed, 0 skipped", 1]);
  assert.match(run.failures("e2e"), /broken hook/);
});

test("the hooks of a file without a matching test run one after the other", (context) => {
  const body = `${slowHooks} let server;
    before(async () => { await later(); server = { close: () => leave("closed") }; });
    after(() => server.close());
    test("other", () => {});`;
  const files = { "e2e/src/a.test.ts": body, "e2e/src/b.test.ts": passes };
  const run = runTests(context, files, "--filter", "passes");
  assert.deepEqual([run.lastLine, run.status], ["1 passed, 0 failed, 0 skipped", 0]);
  assert.ok(run.isThere("closed"));
});

test("the files of a batch share a process, and each has only its own hooks", (context) => {
  const hooks = `import { after, afterEach, before, beforeEach } from "node:test";
    const note = (what) => () => void (globalThis.notes ??= []).push(what);
    before(note("before")); beforeEach(note("each")); afterEach(note("each")); after(note("after"));`;
  const seen = `import assert from "node:assert/strict";
    const expected = ["before", "each", "each", "after"];
    test("sees one set of notes", () => assert.deepEqual(globalThis.notes, expected));`;
  const files = {
    "server/src/a.test.ts": `${startsPrograms} ${hooks} ${passes}`,
    "server/src/b.test.ts": `${startsPrograms} ${seen}`,
    "server/src/c.test.ts": `${startsPrograms} describe("suite", () => { ${passes} });`,
    "server/src/d.test.ts": `${startsPrograms} test("reads a later constant", () => void later); const later = 1;`,
  };
  const run = runTests(context, files);
  assert.deepEqual([run.lastLine, run.status], ["4 passed, 0 failed, 0 skipped", 0]);
  const filtered = runTests(context, files, "--filter", "passes");
  assert.deepEqual([filtered.lastLine, filtered.status], ["2 passed, 0 failed, 0 skipped", 0]);
});

const runWithFileLimit = (context: TestContext, files: Files, ...args: string[]) =>
  createTree(context, files)(args, { TEMBO_TEST_FILE_LIMIT_MS: "2000" });

test("ends a file in a batch that exceeds its time limit, and runs the files after it", (context) => {
  const run = runWithFileLimit(context, {
    "server/src/a.test.ts": `${startsPrograms} test("waits", () => new Promise(() => setInterval(() => {}, 1_000)));`,
    "server/src/b.test.ts": `${startsPrograms} ${passes}`,
  });
  assert.deepEqual([run.lastLine, run.status], ["1 passed, 2 failed, 0 skipped", 1]);
  assert.match(run.failures("unit-and-contract"), /^FAILED server\/src\/a\.test\.ts$/m);
});

test("kills the process of a batch whose file blocks it, and names the file", (context) => {
  const run = runWithFileLimit(context, {
    "server/src/a.test.ts": `${startsPrograms} ${passes}`,
    "server/src/b.test.ts": `${startsPrograms} for (;;);`,
  });
  assert.deepEqual([run.lastLine, run.status], ["1 passed, 1 failed, 0 skipped", 1]);
  assert.match(run.stderr, /server\/src\/b\.test\.ts exceeded its time limit/);
  assert.match(run.failures("unit-and-contract"), /^FAILED server\/src\/b\.test\.ts$/m);
});

test("reports a file that changes its process for the files after it, unless it has its own process", (context) => {
  const changes = {
    "environment variable TEMBO_LEFT": 'process.env.TEMBO_LEFT = "yes";',
    "working directory": 'process.chdir("server");',
    "file mode mask": "process.umask(0o077);",
    fetch: "globalThis.fetch = async () => new Response();",
  };
  const bodies = Object.values(changes).map(
    (change) => `${startsPrograms} test("passes", () => { ${change} });`,
  );
  const shared = Object.fromEntries(bodies.map((body, index) => [`server/src/${index}.test.ts`, body]));
  const run = runTests(context, { ...shared, "server/src/last.test.ts": `${startsPrograms} ${passes}` });
  assert.deepEqual([run.lastLine, run.status], ["5 passed, 4 failed, 0 skipped", 1]);
  const reported = run.failures("unit-and-contract").matchAll(/affect other files: (.*)[.]$/gm);
  assert.deepEqual(
    [...reported].map(([, name]) => name),
    Object.keys(changes),
  );
  const alone = runTests(context, {
    "server/src/host-git/runner.test.ts": bodies.join("").replaceAll(startsPrograms, "\n$&"),
  });
  assert.deepEqual([alone.lastLine, alone.status], ["4 passed, 0 failed, 0 skipped", 0]);
});

test("a signal while a suite starts prevents its tests, and stops what has started", (context) => {
  const startsFolder = `import { once } from "node:events"; import { mkdirSync } from "node:fs";
    export async function createStartedFolder() {
      const received = once(process, "SIGTERM");
      process.kill(process.pid, "SIGTERM");
      // Waiting for a signal does not keep a process running.
      const alive = setInterval(() => {}, 1_000);
      await received;
      clearInterval(alive);
      const leave = () => mkdirSync(process.env.TEMBO_RESULTS_DIR + "/stopped", { recursive: true });
      return { env: {}, [Symbol.asyncDispose]: async () => leave() };
    }`;
  const run = runTests(context, {
    "e2e/src/support/programs/started-folder.ts": startsFolder,
    "e2e/src/a.test.ts": passes,
  });
  assert.match(run.stderr, /could not start: The runner received SIGTERM/);
  assert.deepEqual([run.lastLine, run.status], ["0 passed, 1 failed, 0 skipped", 1]);
  assert.ok(run.isThere("stopped"));
});

test("selects groups by path and name, and rejects an unknown one", (context) => {
  const files = {
    "server/src/a.test.ts": 'test("unit one", () => {});',
    "server/src/git/a.test.ts": 'test("adapter one", () => {});',
    "server/src/engine/a.test.ts": 'test("engine one", () => {});',
    "server/src/forge-contract.ts": 'export const name = "contract one"; test;',
    "server/src/forge.test.ts": 'import { name } from "./forge-contract.ts"; test(name, () => {});',
    "e2e/src/a.test.ts": 'test("story one", () => {});',
    "e2e/src/stories/session/work.test.ts": 'test("short one", () => {});',
    "e2e/src/stories/recovery/work.test.ts": 'test("endurance one", () => {});',
    "e2e/src/browser/pages/a.test.ts": 'test("page one", () => {});',
    "e2e/src/browser/sessions/talking.test.ts": 'test("talk one", () => {});',
    "e2e/src/stories/upgrade/previous-version.test.ts": 'test("upgrade one", () => {});',
    "e2e/src/browser/all/loading.test.ts": 'test("loading one", () => {});',
    "e2e/src/containment/a.test.ts":
      'test("probe one", () => {}); if (process.env.TEMBO_TEST_COMBINATIONS === "all") test("further one", () => {});',
    "server/src/harness/real/codex.test.ts": 'test("real one", () => {});',
    "server/src/harness/real/a.test.ts": 'test("other one", () => {});',
    "e2e/src/harnesses/a.test.ts":
      'test("matrix one", () => {}); if (process.env.TEMBO_TEST_COMBINATIONS === "all") test("row one", () => {});',
    "scripts/install-tests/npx.test.ts": 'test("npx one", () => {});',
    "scripts/install-tests/package.test.ts": 'test("package one", () => {});',
    "images/base/a.test.ts": 'test("image one", () => {});',
    "e2e/src/environments/a.test.ts": 'test("environment one", () => {});',
  };
  const ran = (...args: string[]) =>
    [...runTests(context, files, ...args).stdout.matchAll(/^ *✔ (\w+) one/gm)].map((match) => match[1]);
  assert.deepEqual(ran(), ["unit", "contract", "story", "short", "page"]);
  assert.deepEqual(ran("containment"), ["probe"]);
  assert.deepEqual(ran("containment", "--all"), ["probe", "further"]);
  assert.deepEqual(ran("adapters").sort(), ["adapter", "engine"]);
  assert.deepEqual(ran("long"), ["endurance", "talk"]);
  assert.deepEqual(ran("harnesses").sort(), ["matrix", "real"]);
  assert.deepEqual(ran("harnesses", "--all").sort(), ["matrix", "other", "real", "row"]);
  assert.deepEqual(ran("nightly"), ["upgrade", "loading"]);
  assert.deepEqual(ran("install"), ["npx", "package"]);
  assert.deepEqual(ran("image"), ["image"]);
  assert.deepEqual(ran("environments"), ["environment"]);
  assert.deepEqual(ran("unit"), ["unit"]);
  assert.deepEqual(ran("contract"), ["contract"]);
  assert.deepEqual(ran("e2e"), ["story", "short"]);
  assert.deepEqual(ran("browser"), ["loading", "page", "talk"]);
  assert.deepEqual(ran("--filter", "unit"), ["unit"]);
  assert.deepEqual(ran("--file", "forge"), ["contract"]);
  assert.deepEqual(ran("--file", "recovery"), ["endurance"]);
  assert.deepEqual(ran("--file", "upgrade"), ["upgrade"]);
  const unknown = runTests(context, files, "units");
  assert.match(unknown.stderr, /Unknown group "units"/);
  assert.equal(unknown.status, 2);
});
