import assert from "node:assert/strict";
import { test } from "node:test";
import { afterwards } from "./afterwards.ts";

test("runs clean-up functions in reverse order, one at a time", async (t) => {
  const ended: string[] = [];
  await t.test("registers three clean-up functions", (inner) => {
    for (const name of ["folder", "sandbox", "program"]) {
      afterwards(inner, async () => {
        await new Promise((resolve) => setImmediate(resolve));
        ended.push(name);
      });
    }
  });
  assert.deepEqual(ended, ["program", "sandbox", "folder"]);
});
