import assert from "node:assert/strict";
import { test } from "node:test";
import { workspaceEntry } from "@tembo/contract";
import { entryTime } from "./entry-time.ts";

const timestamp = workspaceEntry.shape.modifiedAt;

test("returns the times that the API can represent, and null for all others", () => {
  for (const text of ["0000-01-01T00:00:00.000Z", "2026-01-02T03:04:05.678Z", "9999-12-31T23:59:59.999Z"])
    assert.equal(timestamp.parse(entryTime(new Date(text))), text);
  for (const text of ["-000001-12-31T23:59:59.999Z", "+010000-01-01T00:00:00.000Z"]) {
    const at = new Date(text);
    assert.ok(!timestamp.safeParse(at.toISOString()).success, "control");
    assert.equal(entryTime(at), null);
  }
  const invalid = new Date(9_999_999_999_999_000);
  assert.throws(() => invalid.toISOString(), RangeError, "control");
  assert.equal(entryTime(invalid), null);
  assert.equal(entryTime(null), null);
});
