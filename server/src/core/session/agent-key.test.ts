import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../errors.ts";
import { formatAgentKey, parseAgentKey } from "./agent-key.ts";
import { claudeCodeInfo } from "./testing/claude-code-info.ts";

const known = [claudeCodeInfo];

test("reads harness, model and provider", () => {
  assert.deepEqual(parseAgentKey("claudeCode:claude-haiku-4-5:bedrock", known), {
    harness: "claudeCode",
    model: "claude-haiku-4-5",
    provider: "bedrock",
  });
});

test("a harness alone takes its default model", () => {
  assert.deepEqual(parseAgentKey("claudeCode", known), {
    harness: "claudeCode",
    model: "claude-opus-4-5",
    provider: null,
  });
});

test("an unknown harness is refused, and the known ones are named", () => {
  assert.throws(
    () => parseAgentKey("emacs:gpt", known),
    (error) =>
      error instanceof AppError &&
      error.code === "invalid_input" &&
      /"emacs".*claudeCode/.test(error.message),
  );
});

test("empty or too many parts are refused", () => {
  for (const text of ["claudeCode:", "claudeCode::x", "claudeCode:a:b:c"]) {
    assert.throws(() => parseAgentKey(text, known), { code: "invalid_input" }, text);
  }
});

test("what was read is written the same way", () => {
  for (const text of ["claudeCode:claude-opus-4-5", "claudeCode:m:p"]) {
    assert.equal(formatAgentKey(parseAgentKey(text, known)), text);
  }
});
