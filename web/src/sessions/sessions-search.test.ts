import assert from "node:assert/strict";
import { test } from "node:test";
import { checkSessionsPage, checkSessionsSearch, withFilters } from "./sessions-search.ts";

test("keeps only the valid filters of a manually entered URL", () => {
  const given = { search: "x", state: "failed", harness: "pi", author: "", repository: 7, page: "2" };
  assert.deepEqual(checkSessionsSearch(given), { search: "x", state: "failed", harness: "pi" });
  assert.deepEqual(checkSessionsSearch({ state: "asleep" }), {});
  assert.deepEqual(checkSessionsSearch({ state: "archived" }), { state: "archived" });
  assert.deepEqual(checkSessionsSearch({ sort: "updatedAt" }), { sort: "updatedAt" });
  assert.deepEqual(checkSessionsSearch({ sort: "title" }), {});
  assert.deepEqual(checkSessionsSearch({ state: "needsYou" }), { state: "needsYou" });
});

test("keeps the layout when the filters change, and not as a filter", () => {
  assert.deepEqual(checkSessionsPage({ layout: "board", state: "failed" }), {
    layout: "board",
    state: "failed",
  });
  assert.deepEqual(checkSessionsPage({ layout: "table" }), {});
  assert.deepEqual(checkSessionsSearch({ layout: "board" }), {});
  assert.deepEqual(withFilters({ state: "draft" })({ layout: "board", harness: "pi" }), {
    state: "draft",
    layout: "board",
  });
  assert.deepEqual(withFilters({})({ harness: "pi" }), {});
});
