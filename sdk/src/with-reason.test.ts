import assert from "node:assert/strict";
import { test } from "node:test";
import { withReason } from "./with-reason.ts";

test("ends the reason with exactly one period, and omits an empty reason", () => {
  assert.equal(
    withReason("The connection was lost", "read ECONNRESET"),
    "The connection was lost: read ECONNRESET.",
  );
  assert.equal(
    withReason("The terminal was closed", "Its turn has\nended. "),
    "The terminal was closed: Its turn has ended.",
  );
  assert.equal(withReason("The terminal was closed", ""), "The terminal was closed.");
});
