import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";

function summarize(context: TestContext, files: Readonly<Record<string, string>>, ...runners: string[]) {
  const folder = mkdtempSync(join(tmpdir(), "tembo-summary-"));
  context.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, "ci-summary.ts"), folder, ...runners],
    { encoding: "utf8" },
  );
  return [stdout.trimEnd().split("\n").at(-1), status];
}

const counts = (passed: number, failed: number) => JSON.stringify({ passed, failed, skipped: 1, todo: 0 });

test("adds up the counts of passing runners", (context) => {
  const files = { "test.json": counts(12, 0), "static.json": counts(4, 0) };
  assert.deepEqual(summarize(context, files, "test:0", "static:0"), ["16 passed, 0 failed", 0]);
});

test("fails if any runner has a failure", (context) => {
  const files = { "test.json": counts(12, 0), "static.json": counts(3, 1) };
  assert.deepEqual(summarize(context, files, "test:0", "static:1"), ["15 passed, 1 failed", 1]);
});

test("counts a runner without a result as a failure", (context) => {
  const files = { "test.json": counts(12, 0) };
  assert.deepEqual(summarize(context, files, "test:0", "static:0"), ["12 passed, 1 failed", 1]);
  assert.deepEqual(summarize(context, {}, "test:0", "static:0"), ["0 passed, 2 failed", 1]);
});

test("counts a truncated or invalid result as a failure", (context) => {
  for (const text of [
    "",
    '{"passed":12,',
    "null",
    '{"passed":12}',
    counts(-1, 0),
    '{"passed":"12","failed":0,"skipped":0,"todo":0}',
  ]) {
    assert.deepEqual(summarize(context, { "test.json": text }, "test:0"), ["0 passed, 1 failed", 1], text);
  }
});

test("counts a nonzero exit code as a failure even if no test failed", (context) => {
  for (const exitCode of ["1", "137", ""]) {
    assert.deepEqual(summarize(context, { "test.json": counts(12, 0) }, `test:${exitCode}`), [
      "12 passed, 1 failed",
      1,
    ]);
  }
});

test("fails if no test passed", (context) => {
  assert.deepEqual(summarize(context, { "test.json": counts(0, 0) }, "test:0"), ["0 passed, 0 failed", 1]);
});

test("prints no counts without runners", (context) => {
  assert.deepEqual(summarize(context, {}), ["", 2]);
});
