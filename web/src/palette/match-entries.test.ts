import assert from "node:assert/strict";
import { test } from "node:test";
import { matchEntries } from "./match-entries.ts";

const entries = ["New session", "Sessions", "Session policy"].map((label) => ({ label, about: "Go to" }));
const labels = (query: string, limit = 9) => matchEntries(entries, query, limit).map(({ label }) => label);

test("returns entries with every word, those that start with the query first", () => {
  assert.deepEqual(labels("session"), ["Sessions", "Session policy", "New session"]);
  assert.deepEqual(labels("  NEW go "), ["New session"]);
  assert.deepEqual(labels("nothing"), []);
  assert.deepEqual(labels("", 2), ["New session", "Sessions"]);
});
