import assert from "node:assert/strict";
import { test } from "node:test";
import type { ForgeCheck } from "../forge/forge-check.ts";
import { decideChecks } from "./decide-checks.ts";

const check = (name: string, state: ForgeCheck["state"]): ForgeCheck => ({
  id: name,
  kind: "job",
  name,
  state,
  url: null,
  summary: null,
});

test("checks together: one that runs makes them pending, then one that failed makes them failed", () => {
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
