import assert from "node:assert/strict";
import { test } from "node:test";
import { filtersInWords, labelOf, textsOf } from "./trigger-filters.ts";

test("describes filters that narrow an event, and omits filters that do not", () => {
  assert.deepEqual(
    filtersInWords({
      labels: ["bug", "crash"],
      draftPrs: false,
      temboPrs: true,
      openedBy: [],
      odd: { a: 1 },
    }),
    ["labels: bug, crash", "draft pull requests: no", "Tembo pull requests: yes"],
  );
});

test("keeps only the strings in a list", () => {
  assert.deepEqual(textsOf(["a", 1, null]), ["a"]);
  assert.deepEqual(textsOf("a"), []);
});

test("labels a choice with words", () => {
  assert.deepEqual(["pull_requests", "branch"].map(labelOf), ["Pull requests", "Branch"]);
});
