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

test("what passed everywhere is summed", (context) => {
  const files = { "test.json": counts(12, 0), "static.json": counts(4, 0) };
  assert.deepEqual(summarize(context, files, "test:0", "static:0"), ["16 passed, 0 failed", 0]);
});

test("one failure anywhere fails", (context) => {
  const files = { "test.json": counts(12, 0), "static.json": counts(3, 1) };
  assert.deepEqual(summarize(context, files, "test:0", "static:1"), ["15 passed, 1 failed", 1]);
});

test("a runner that left no result is a failure", (context) => {
  const files = { "test.json": counts(12, 0) };
  assert.deepEqual(summarize(context, files, "test:0", "static:0"), ["12 passed, 1 failed", 1]);
  assert.deepEqual(summarize(context, {}, "test:0", "static:0"), ["0 passed, 2 failed", 1]);
});

test("a result that is cut off or holds no counts is a failure", (context) => {
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

test("a runner that ended badly is a failure though it counted none", (context) => {
  for (const exitCode of ["1", "137", ""]) {
    assert.deepEqual(summarize(context, { "test.json": counts(12, 0) }, `test:${exitCode}`), [
      "12 passed, 1 failed",
      1,
    ]);
  }
});

test("nothing passed is no success", (context) => {
  assert.deepEqual(summarize(context, { "test.json": counts(0, 0) }, "test:0"), ["0 passed, 0 failed", 1]);
});

test("without runners nothing is said to have passed", (context) => {
  assert.deepEqual(summarize(context, {}), ["", 2]);
});
