import assert from "node:assert/strict";
import { test } from "node:test";
import { modelProviders } from "../../../broker/model/provider/plug-ins.ts";
import { AppError } from "../../base/index.ts";
import { claudeCodeInfo } from "../../sessions/session/testing/claude-code-info.ts";
import { formatAgentKey, parseAgentKey } from "./agent-key.ts";

const known = [claudeCodeInfo];

test("parses harness, model and provider", () => {
  assert.deepEqual(parseAgentKey("claudeCode:claude-haiku-4-5:bedrock", known, modelProviders), {
    harness: "claudeCode",
    model: "claude-haiku-4-5",
    provider: "bedrock",
  });
});

test("uses the harness's default model when only a harness is given", () => {
  assert.deepEqual(parseAgentKey("claudeCode", known, modelProviders), {
    harness: "claudeCode",
    model: "claude-opus-4-5",
    provider: null,
  });
});

test("rejects an unknown harness and lists the known ones", () => {
  assert.throws(
    () => parseAgentKey("emacs:gpt", known, modelProviders),
    (error) =>
      error instanceof AppError &&
      error.code === "invalid_input" &&
      /"emacs".*claudeCode/.test(error.message),
  );
});

test("accepts colons in a model name that is followed by a provider", () => {
  assert.deepEqual(parseAgentKey("claudeCode:us.anthropic.claude-x-v1:0:bedrock", known, modelProviders), {
    harness: "claudeCode",
    model: "us.anthropic.claude-x-v1:0",
    provider: "bedrock",
  });
});

test("rejects a provider that the harness cannot use, and lists the providers that it can use", () => {
  for (const provider of ["openai", "aws", "constructor"])
    assert.throws(() => parseAgentKey(`claudeCode:claude-haiku-4-5:${provider}`, known, modelProviders), {
      code: "invalid_input",
      message: /one of these providers: anthropic, openrouter, bedrock, vertex\./,
    });
});

test("accepts providers of the model's own family for a harness that supports several protocols", () => {
  const several = [
    { ...claudeCodeInfo, modelFamily: "openai" as const, otherFamilies: ["anthropic" as const] },
  ];
  assert.equal(
    parseAgentKey("claudeCode:claude-opus-4-5:bedrock", several, modelProviders).provider,
    "bedrock",
  );
  assert.throws(() => parseAgentKey("claudeCode:gpt-5.5:bedrock", several, modelProviders), {
    code: "invalid_input",
    message: /one of these providers: openai, openrouter, anthropic\./,
  });
});

test("rejects empty parts and too many parts", () => {
  for (const text of ["claudeCode:", "claudeCode::x", "claudeCode:a:b:c"]) {
    assert.throws(() => parseAgentKey(text, known, modelProviders), { code: "invalid_input" }, text);
  }
});

test("formats a parsed key back to its original text", () => {
  for (const text of ["claudeCode:claude-opus-4-5", "claudeCode:m:vertex"]) {
    assert.equal(formatAgentKey(parseAgentKey(text, known, modelProviders)), text);
  }
});
