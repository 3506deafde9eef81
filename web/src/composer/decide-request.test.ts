import assert from "node:assert/strict";
import { test } from "node:test";
import { decideRequest } from "./decide-request.ts";

const answer = { id: "p", expiresAt: new Date(120_000).toISOString() };

test("requests prepared work for new options, and extends it before it expires", () => {
  assert.equal(decideRequest(null, "a", 0), true);
  const last = { options: "a", at: 0, answer };
  assert.equal(decideRequest(last, "b", 1_000), true);
  assert.equal(decideRequest(last, "a", 1_000), false);
  assert.equal(decideRequest(last, "a", 60_000), true);
});

test("waits before it repeats a request that prepared nothing", () => {
  for (const none of [null, { id: null, expiresAt: null }]) {
    const last = { options: "a", at: 0, answer: none };
    assert.equal(decideRequest(last, "a", 29_999), false);
    assert.equal(decideRequest(last, "a", 30_000), true);
  }
});
