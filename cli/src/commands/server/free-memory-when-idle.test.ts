import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { createIdleWatch } from "./free-memory-when-idle.ts";

const module = JSON.stringify(new URL("./free-memory-when-idle.ts", import.meta.url).href);
const repeat = <T>(count: number, value: T): T[] => Array<T>(count).fill(value);

/** Returns the number of collections after each window. Each one leaves half of the heap. */
function collectionsOf(windows: readonly { readonly utilization: number; readonly heap: number }[]) {
  let heapBytes = 0;
  let collections = 0;
  const collect = () => {
    collections += 1;
    heapBytes /= 2;
  };
  const watch = createIdleWatch(() => heapBytes, collect);
  return windows.map(({ utilization, heap }) => {
    heapBytes = heap;
    watch(utilization);
    return collections;
  });
}

test("collects after six idle windows in a row", () => {
  const windows = (...utilizations: number[]) =>
    collectionsOf(utilizations.map((utilization) => ({ utilization, heap: 100 })));
  assert.deepEqual(windows(...repeat(6, 0.04)), [0, 0, 0, 0, 0, 1]);
  assert.deepEqual(windows(...repeat(5, 0), 0.05, ...repeat(6, 0)), [...repeat(11, 0), 1]);
});

test("collects again only if the heap has grown by a quarter", () => {
  const idle = (count: number, heap: number) => repeat(count, { utilization: 0, heap });
  const after = (...windows: (readonly { utilization: number; heap: number }[])[]) =>
    collectionsOf(windows.flat()).at(-1);
  assert.equal(after(idle(6, 100), idle(100, 62)), 1);
  assert.equal(after(idle(6, 100), idle(5, 62), idle(1, 63)), 2);
  assert.equal(after(idle(6, 100), idle(5, 63)), 1, "the windows before the last collection do not count");
});

/** Runs a script with the module's exports. Returns its output. */
function run(script: string, ...options: string[]): string {
  const text = `import { createCollector, freeMemoryWhenIdle } from ${module};\n${script}`;
  return execFileSync(process.execPath, [...options, "--input-type=module", "-e", text], {
    encoding: "utf8",
  });
}

test("calls the collector of an idle process", () => {
  const script = `freeMemoryWhenIdle(() => {
    console.log("collected");
    process.exit();
  }, 50);
  setInterval(() => {}, 1_000);`;
  assert.equal(run(script), "collected\n");
});

test("the collector returns the memory of the young generation", () => {
  const measure = (collector: string) =>
    Number(
      run(
        `import { getHeapSpaceStatistics } from "node:v8";
        const kept = Array.from({ length: 1_000_000 }, (_, index) => ({ index })).slice(0, 1);
        (${collector})();
        const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space");
        console.log(young.physical_space_size / 2 ** 20 / kept.length);`,
        "--expose-gc",
        "--max-semi-space-size=16",
      ),
    );
  assert.ok(measure("createCollector()") < 4);
  assert.ok(measure("gc") > 8, "control: a regular collection");
});

test("has no collector without --expose-gc", () => {
  assert.equal(run("console.log(createCollector()); freeMemoryWhenIdle();"), "null\n");
  assert.equal(run("console.log(typeof createCollector());", "--expose-gc"), "function\n", "control");
});
