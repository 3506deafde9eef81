import assert from "node:assert/strict";
import { test } from "node:test";
import { afterwards } from "./afterwards.ts";

test("runs clean-up in reverse order, one after the other", async (t) => {
  const ended: string[] = [];
  await t.test("begins three", (inner) => {
    for (const name of ["folder", "sandbox", "program"]) {
      afterwards(inner, async () => {
        await new Promise((resolve) => setImmediate(resolve));
        ended.push(name);
      });
    }
  });
  assert.deepEqual(ended, ["program", "sandbox", "folder"]);
});
