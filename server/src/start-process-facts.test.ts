import assert from "node:assert/strict";
import { test } from "node:test";
import manifest from "../package.json" with { type: "json" };
import { startProcessFacts } from "./start-process-facts.ts";

function recordLog() {
  const warnings: string[] = [];
  const log = {
    debug: () => {},
    info: () => {},
    warn: (...args: unknown[]) => warnings.push(String(args.at(-1))),
    error: () => {},
  };
  return { warnings, log };
}

test("reports the release and the free space, and reads it again every 30 seconds", async (context) => {
  const { log } = recordLog();
  context.mock.timers.enable({ apis: ["setInterval"] });
  const values = [7, 6];
  const { facts, stop } = await startProcessFacts("/data", log, async (folder) => {
    assert.equal(folder, "/data");
    return values.shift()!;
  });
  assert.equal(facts.release, manifest.version);
  assert.match(facts.newestMigration, /^\d{4}-.*\.sql$/);
  assert.equal(facts.freeDiskBytes(), 7);
  context.mock.timers.tick(30_000);
  await new Promise(setImmediate);
  assert.equal(facts.freeDiskBytes(), 6);
  stop();
  context.mock.timers.tick(60_000);
  assert.equal(values.length, 0);
});

test("reports no free space while the disk fails or does not respond", async (context) => {
  const { warnings, log } = recordLog();
  context.mock.timers.enable({ apis: ["setInterval"] });
  const hanging = Promise.withResolvers<number>();
  const reads = [
    async () => 7,
    async () => Promise.reject(new Error("no")),
    () => hanging.promise,
    async () => 5,
  ];
  const { facts, stop } = await startProcessFacts("/data", log, () => reads.shift()!());
  const tick = async () => {
    context.mock.timers.tick(30_000);
    await new Promise(setImmediate);
    return facts.freeDiskBytes();
  };
  assert.equal(await tick(), null);
  assert.deepEqual(warnings, ["the free disk space cannot be read"]);
  await tick();
  assert.equal(await tick(), null, "the third read has not ended");
  assert.equal(reads.length, 1, "no other read began meanwhile");
  hanging.resolve(6);
  await new Promise(setImmediate);
  assert.equal(facts.freeDiskBytes(), 6);
  assert.equal(await tick(), 5);
  stop();
});
