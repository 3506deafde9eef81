import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createTree, type Files, fails, passes, startsPrograms } from "../test.test-support.ts";

const runTests = (context: TestContext, files: Files) => createTree(context, files)([]);

test("counts each failure in a batch once, and names its file", (context) => {
  const run = runTests(context, {
    "server/src/a.test.ts": `${startsPrograms} ${passes} ${fails}`,
    "server/src/b.test.ts": `${startsPrograms} import { after } from "node:test"; after(() => { throw new Error("hook"); }); ${passes}`,
    "server/src/c.test.ts": `${startsPrograms} throw new Error("broken");`,
    "server/src/d.test.ts": `${startsPrograms} ${passes}`,
  });
  assert.deepEqual([run.lastLine, run.status], ["3 passed, 3 failed, 0 skipped", 1]);
  const failures = run.failures("unit-and-contract");
  assert.deepEqual(failures.match(/^FAILED .*$/gm), [
    "FAILED fails (server/src/a.test.ts)",
    "FAILED server/src/b.test.ts",
    "FAILED server/src/c.test.ts",
  ]);
});

// The process sends its earlier results meanwhile.
const later = (call: string) => `await new Promise((resolve) => setTimeout(resolve, 300)); ${call}`;
const kill = `test("ends", async () => { ${later('process.kill(process.pid, "SIGKILL");')} });`;
const exit = `test("ends", async () => { ${later("process.exit(0);")} });`;
const exitInHook = `import { after } from "node:test"; ${passes} after(async () => { ${later("process.exit(0);")} });`;

test("counts a file that ends the process of its batch, and names it", (context) => {
  for (const [body, counts] of [
    [kill, "1 passed, 1 failed, 0 skipped"],
    [exit, "1 passed, 1 failed, 0 skipped"],
    [`${fails} ${kill}`, "1 passed, 2 failed, 0 skipped"],
    [exitInHook, "2 passed, 1 failed, 0 skipped"],
  ] as const) {
    const run = runTests(context, {
      "server/src/a.test.ts": `${startsPrograms} ${passes}`,
      "server/src/b.test.ts": `${startsPrograms} ${body}`,
      "server/src/c.test.ts": `${startsPrograms} ${passes}`,
    });
    assert.deepEqual([run.lastLine, run.status], [counts, 1], body);
    assert.match(run.failures("unit-and-contract"), /^FAILED server\/src\/b\.test\.ts$/m, body);
  }
});

test("counts a file that ends its own process before its tests and hooks end, and names it", (context) => {
  for (const [body, counts] of [
    [kill, "1 passed, 1 failed, 0 skipped"],
    [exit, "1 passed, 1 failed, 0 skipped"],
    [`${passes} process.exit(0);`, "1 passed, 1 failed, 0 skipped"],
    [`${fails} ${kill}`, "1 passed, 2 failed, 0 skipped"],
    [`${fails} ${exit}`, "1 passed, 2 failed, 0 skipped"],
    [exitInHook, "2 passed, 1 failed, 0 skipped"],
  ] as const) {
    const run = runTests(context, { "e2e/src/a.test.ts": passes, "e2e/src/b.test.ts": body });
    assert.deepEqual([run.lastLine, run.status], [counts, 1], body);
    assert.match(run.failures("e2e"), /^FAILED e2e\/src\/b\.test\.ts$/m, body);
  }
});

test("counts each failure once and names the file that node runs, in a batch and alone", (context) => {
  const nested = 'test("outer", async (t) => { await t.test("inner", () => { throw new Error("no"); }); });';
  const hooks = 'import { before } from "node:test";';
  const broken = 'before(() => { throw new Error("hook"); });';
  const files = {
    "contract.test.ts": 'import { add } from "../../contract.ts"; add();',
    "nested.test.ts": nested,
    "suite.test.ts": `${hooks} describe("suite", () => { ${broken} ${passes} });`,
    "whole.test.ts": `${hooks} ${broken} ${passes}`,
  };
  const place = (folder: string, start: string) =>
    Object.fromEntries(
      Object.entries(files).map(([name, body]) => [`${folder}/src/${name}`, `${start} ${body}`]),
    );
  const run = runTests(context, {
    "contract.ts": `export const add = () => ${fails}`,
    ...place("server", startsPrograms),
    ...place("e2e", ""),
  });
  assert.deepEqual([run.lastLine, run.status], ["0 passed, 10 failed, 0 skipped", 1]);
  for (const [suite, folder] of [
    ["unit-and-contract", "server"],
    ["e2e", "e2e"],
  ] as const)
    assert.deepEqual(
      run
        .failures(suite)
        .match(/^FAILED .*$/gm)
        ?.toSorted(),
      [
        `FAILED fails (${folder}/src/contract.test.ts)`,
        `FAILED inner (${folder}/src/nested.test.ts)`,
        `FAILED passes (${folder}/src/suite.test.ts)`,
        `FAILED passes (${folder}/src/whole.test.ts)`,
        `FAILED suite (${folder}/src/suite.test.ts)`,
      ],
    );
});

test("reports an error that an earlier file of the batch caused late", (context) => {
  const run = runTests(context, {
    "server/src/a.test.ts": `${startsPrograms} test("passes", () => void setTimeout(() => { throw new Error("late"); }, 60));`,
    "server/src/b.test.ts": `${startsPrograms} test("waits", async () => { ${later("")} });`,
  });
  assert.equal(run.status, 1);
  assert.match(run.failures("unit-and-contract"), /This file or an earlier one leaves changes .*: exit code/);
  assert.match(run.failures("unit-and-contract"), /a\.test\.ts.* generated asynchronous activity/);
});
