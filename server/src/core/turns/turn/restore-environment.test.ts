import assert from "node:assert/strict";
import { test } from "node:test";
import { decideMissing } from "./restore-environment.ts";

const built = (status: "pending" | "running" | "completed" | "failed" | "cancelled") => ({
  lastBuild: { id: "b", status, createdAt: new Date(0) },
});

test("explains why a session starts without an environment", () => {
  const missing = (project: ReturnType<typeof built> | null) =>
    decideMissing({ hadSnapshot: false, project });
  assert.match(
    decideMissing({ hadSnapshot: true, project: built("completed") })!,
    /started from was deleted/,
  );
  assert.match(missing(null)!, /project was deleted/);
  for (const status of ["pending", "running"] as const)
    assert.match(missing(built(status))!, /has not completed yet/);
  for (const status of ["completed", "failed", "cancelled"] as const)
    assert.match(missing(built(status))!, /none of its builds/);
});

test("is silent if no environment was ever requested", () => {
  assert.equal(decideMissing({ hadSnapshot: false, project: { lastBuild: null } }), null);
});
