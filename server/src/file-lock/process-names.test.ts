import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { runInContainer } from "../sandbox/testing/run-in-container.ts";
import { lockFile } from "./file-lock.ts";
import { ProcessNames } from "./process-names.ts";

const module = new URL("process-names.ts", import.meta.url).href;

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "tembo-names-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("a process of another container runs until it ends", {
  skip: process.getuid!() !== 0 && "needs root",
}, async (t) => {
  const folder = makeFolder(t);
  const names = await ProcessNames.open(folder);
  const { line: other, end } = await runInContainer(
    t,
    `const { ProcessNames } = await import(${JSON.stringify(module)});
    globalThis.names = await ProcessNames.open(${JSON.stringify(folder)});
    console.log(names.own);`,
  );
  assert.equal(await names.isRunning(other), true);
  await end();
  assert.equal(await names.isRunning(other), false);
  assert.deepEqual(readdirSync(folder).sort(), [names.own, other].sort());
  const next = await ProcessNames.open(folder);
  assert.deepEqual(readdirSync(folder).sort(), [names.own, next.own].sort(), "removes the dead name");
  for (const one of [names, next]) await one.close();
});

test("a process that starts cannot take a name while it is removed as that of a dead process", async (t) => {
  const folder = makeFolder(t);
  // The process has created the file, and not locked it yet.
  writeFileSync(join(folder, "0123456789abcdef"), "");
  const locks: unknown[] = [];
  const names = await ProcessNames.open(folder, async (file) => {
    locks.push(await lockFile(file, { kind: "exclusive", waitMs: 0 }));
    rmSync(file);
  });
  assert.deepEqual(locks, [null]);
  assert.deepEqual(readdirSync(folder), [names.own]);
  await names.close();
});

test("a process runs until it gives its name up", async (t) => {
  const folder = makeFolder(t);
  const [first, second] = [await ProcessNames.open(folder), await ProcessNames.open(folder)];
  assert.equal(await second.isRunning(first.own), true);
  await first.close();
  await first.close();
  assert.equal(await second.isRunning(first.own), false);
  await second.close();
  assert.deepEqual(readdirSync(folder), []);
});

test("a name leads to no other folder, and the check of a missing one creates no file", async (t) => {
  const folder = makeFolder(t);
  const names = await ProcessNames.open(join(folder, "names"));
  const missing = "0123456789abcdef";
  const lock = await lockFile(join(folder, missing), { kind: "exclusive", waitMs: 0 });
  assert.equal(await names.isRunning(`../${missing}`), false);
  assert.equal(await names.isRunning(missing), false);
  assert.ok(!existsSync(join(folder, "names", missing)));
  await lock!.release();
  await names.close();
});
