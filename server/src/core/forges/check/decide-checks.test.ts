import assert from "node:assert/strict";
import { test } from "node:test";
import type { ForgeCheck } from "../forge/forge-check.ts";
import { decideChecks, decideEarly } from "./decide-checks.ts";

const check = (name: string, state: ForgeCheck["state"]): ForgeCheck => ({
  id: name,
  kind: "job",
  name,
  state,
  url: null,
  summary: null,
});

test("reports pending while a check is running, and otherwise failed if a check failed", () => {
  assert.deepEqual(decideChecks([]), { state: "none", failed: [] });
  assert.deepEqual(decideChecks([check("a", "skipped"), check("b", "cancelled")]), {
    state: "none",
    failed: [],
  });
  assert.deepEqual(decideChecks([check("a", "passed"), check("b", "skipped")]), {
    state: "passed",
    failed: [],
  });
  assert.deepEqual(decideChecks([check("a", "failed"), check("b", "pending")]), {
    state: "pending",
    failed: ["a"],
  });
  assert.deepEqual(decideChecks([check("a", "failed"), check("b", "passed")]), {
    state: "failed",
    failed: ["a"],
  });
});

test("defers a recent check of an unknown commit except on the default branch", () => {
  const now = new Date("2026-01-02T03:04:05Z");
  const check = { branch: "tembo/fix", defaultBranch: "main", at: now, now };
  const of = (ageMs: number) => decideEarly({ ...check, at: new Date(now.getTime() - ageMs) });
  assert.deepEqual([0, 59_999, 60_000, -59_999, -60_000].map(of), [15_000, 15_000, 0, 15_000, 0]);
  assert.equal(decideEarly({ ...check, branch: "main" }), 0);
  assert.equal(decideEarly({ ...check, branch: null }), 0);
});
