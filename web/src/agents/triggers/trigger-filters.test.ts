import assert from "node:assert/strict";
import { test } from "node:test";
import { filtersInWords, textsOf } from "./trigger-filters.ts";

test("what narrows an event is told, and what narrows nothing is not", () => {
  assert.deepEqual(
    filtersInWords({
      labels: ["bug", "crash"],
      draftPrs: false,
      temboPrs: true,
      openedBy: [],
      odd: { a: 1 },
    }),
    ["labels: bug, crash", "draftPrs: no", "temboPrs: yes"],
  );
});

test("of a list only its texts count", () => {
  assert.deepEqual(textsOf(["a", 1, null]), ["a"]);
  assert.deepEqual(textsOf("a"), []);
});
