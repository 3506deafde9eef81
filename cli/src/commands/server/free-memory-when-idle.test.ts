import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { createIdleWatch } from "./free-memory-when-idle.ts";

test("collects once after each period of work", () => {
  const shouldCollect = createIdleWatch();
  const windows = [0.9, 0.01, 0.01, 0.3, 0.06, 0, 0.01];
  assert.deepEqual(windows.map(shouldCollect), [false, true, false, false, false, true, false]);
});

/** Prints whether the memory of a burst was returned, at the latest after 20 windows. */
const script = `
  import { getHeapStatistics } from "node:v8";
  import { freeMemoryWhenIdle } from ${JSON.stringify(new URL("./free-memory-when-idle.ts", import.meta.url).href)};
  let kept = Array.from({ length: 1_000_000 }, (_, index) => ({ index }));
  kept = kept.slice(0, 1);
  const { total_heap_size: before } = getHeapStatistics();
  freeMemoryWhenIdle(50);
  let checks = 0;
  setInterval(() => {
    const isReturned = getHeapStatistics().total_heap_size < before / 2;
    if (!isReturned && ++checks < 20) return;
    console.log(isReturned, kept.length);
    process.exit();
  }, 50);`;

test("returns the memory of a burst when the process is idle", () => {
  const run = (...options: string[]) =>
    execFileSync(process.execPath, [...options, "--input-type=module", "-e", script], { encoding: "utf8" });
  assert.equal(run("--expose-gc"), "true 1\n");
  assert.equal(run(), "false 1\n", "control");
});
