import assert from "node:assert/strict";
import { test } from "node:test";
import { alternate } from "./alternate.ts";

test("measures both sides in turn, and pairs the values of a round", async () => {
  const order: string[] = [];
  const counts = { base: 0, head: 0 };
  const pairs = await alternate(
    {
      names: ["time", "processor time"],
      rounds: 3,
      measure: async (side: "base" | "head") => {
        order.push(side);
        counts[side] += 1;
        const value = counts[side] + (side === "head" ? 100 : 0);
        return [value, value * 2];
      },
    },
    "base",
    "head",
  );
  assert.deepEqual(order, ["head", "base", "base", "head", "head", "base", "base", "head"]);
  assert.deepEqual(pairs, [
    [
      { base: 2, head: 102 },
      { base: 3, head: 103 },
      { base: 4, head: 104 },
    ],
    [
      { base: 4, head: 204 },
      { base: 6, head: 206 },
      { base: 8, head: 208 },
    ],
  ]);
});
