import assert from "node:assert/strict";
import { test } from "node:test";
import { describeMerge } from "./describe-merge.ts";

const ready = {
  checks: { state: "passed" as "passed" | "failed" | "pending" | "none", failed: [] as string[] },
  conflictsIn: [] as string[],
  mergeability: "mergeable" as "mergeable" | "conflicting" | "blocked" | "unknown",
};

test("names the reason that prevents a merge before others", () => {
  const open = { isDraft: false };
  assert.equal(describeMerge(open, ready), "ready");
  assert.equal(describeMerge(open, { ...ready, mergeability: "unknown" }), "unknown");
  assert.equal(describeMerge({ isDraft: true }, ready), "draft");
  const failed = { ...ready, checks: { state: "failed" as const, failed: ["lint"] } };
  assert.equal(describeMerge(open, failed), "failed");
  assert.equal(describeMerge(open, { ...failed, conflictsIn: ["a.ts"] }), "conflicts");
  assert.equal(describeMerge(open, { ...failed, mergeability: "conflicting" }), "conflicts");
  assert.equal(describeMerge(open, { ...ready, mergeability: "blocked" }), "blocked");
  const pending = { ...ready, checks: { state: "pending" as const, failed: [] } };
  assert.equal(describeMerge({ isDraft: true }, pending), "pending");
});
