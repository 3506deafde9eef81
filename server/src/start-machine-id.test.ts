import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { isId } from "./core/base/index.ts";
import { readMachineId } from "./start-machine-id.ts";

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "tembo-machine-"));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

test("creates one ID for processes that start together, and returns it from then on", async (t) => {
  const path = await folder(t);
  const ids = await Promise.all(Array.from({ length: 20 }, () => readMachineId(path)));
  assert.equal(new Set([...ids, await readMachineId(path)]).size, 1);
  assert.ok(isId(ids[0]!));
  assert.deepEqual(await readdir(path), ["machine.id"]);
});

test("reports a damaged file instead of changing the machine's ID", async (t) => {
  const path = await folder(t);
  await writeFile(join(path, "machine.id"), "");
  await assert.rejects(readMachineId(path), { code: "unavailable", message: /machine\.id contains no ID/ });
});
