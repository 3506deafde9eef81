import assert from "node:assert/strict";
import { test } from "node:test";
import { addView, findView, viewsOf, withoutView } from "./saved-views.ts";

test("reads the valid views of the settings", () => {
  const savedViews = [
    { name: "Failed", filters: { state: "failed", page: "2" } },
    { name: "Of a later version", filters: { color: "red" } },
  ];
  assert.deepEqual(viewsOf({ dashboardPreferences: { savedViews } }), [
    { name: "Failed", filters: { state: "failed" } },
  ]);
  assert.deepEqual(viewsOf({}), []);
  assert.deepEqual(viewsOf(undefined), []);
});

test("finds, adds, replaces and removes views", () => {
  const one = { name: "B", filters: { state: "failed", author: "x" } } as const;
  const views = addView(addView([], one), { name: "A", filters: { state: "draft" } });
  assert.deepEqual(
    views.map(({ name }) => name),
    ["A", "B"],
  );
  assert.equal(findView(views, { author: "x", state: "failed" })?.name, "B");
  assert.equal(findView(views, { state: "failed" }), null);
  const replaced = addView(views, { name: "B", filters: { state: "queued" } });
  assert.equal(replaced.length, 2);
  assert.equal(findView(replaced, one.filters), null);
  assert.deepEqual(
    withoutView(views, "A").map(({ name }) => name),
    ["B"],
  );
});
