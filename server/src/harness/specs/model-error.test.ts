import assert from "node:assert/strict";
import { test } from "node:test";
import { wordsOfModelError } from "./model-error.ts";

const error = (message: string, code = -32_603, data: unknown = undefined) =>
  wordsOfModelError({ code, message, data });

test("recognizes a status or a typical message as a model failure, and removes the protocol's prefix", () => {
  assert.equal(error("Internal error: played 429"), "played 429");
  assert.equal(error("Internal error", -32_603, { details: "Rate limit reached" }), "Rate limit reached");
  assert.equal(error("Authentication required", -32_000), "the model service rejected the key (401)");
  assert.match(error("boom", -32_603, "status 503") ?? "", /503/);
});

test("treats any other message as a failure of the harness", () => {
  for (const message of ["Internal error", "no such file /tmp/4290", "the port 14010 is taken"]) {
    assert.equal(error(message), null, message);
  }
});
