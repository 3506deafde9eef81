import assert from "node:assert/strict";
import { test } from "node:test";
import { describeExpiry } from "./describe-expiry.ts";

test("describes the time until a request expires in words", () => {
  const now = Date.parse("2026-12-01T10:00:00.000Z");
  const after = (ms: number) => describeExpiry(new Date(now + ms).toISOString(), now);
  assert.equal(after(240_000), "Expires in 4 minutes");
  assert.equal(after(181_000), "Expires in 4 minutes");
  assert.equal(after(60_000), "Expires in 1 minute");
  assert.equal(after(59_000), "Expires in less than a minute");
  assert.equal(after(7_200_000), "Expires in 2 hours");
  assert.equal(after(86_400_000), "Expires in 24 hours");
  assert.equal(after(0), "Expired");
});
