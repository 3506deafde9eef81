import assert from "node:assert/strict";
import { test } from "node:test";
import { Tembo } from "@tembo-io/sdk";
import { loadNames } from "./names.ts";
import { startFakeApi } from "./testing/fake-api.ts";

test("names an agent by harness, model and provider, and leaves unknown ids as they are", async () => {
  await using api = await startFakeApi({
    "GET /v1/runtimes": { items: [{ name: "claudeCode", displayName: "Claude Code" }], nextCursor: null },
    "GET /v1/models": {
      items: [{ name: "claude-opus-4-5", label: "Claude Opus 4.5" }],
      modelProviders: [{ name: "bedrock", label: "Amazon Bedrock" }],
      nextCursor: null,
    },
  });
  const names = await loadNames(new Tembo({ apiKey: "key", baseURL: api.url }));
  for (const [key, name] of [
    ["claudeCode", "Claude Code"],
    ["claudeCode:claude-opus-4-5", "Claude Code · Opus 4.5"],
    ["claudeCode:claude-opus-4-5-20251101", "Claude Code · Opus 4.5"],
    ["claudeCode:claude-opus-4-5:bedrock", "Claude Code · Opus 4.5 (Amazon Bedrock)"],
    ["own:own-model", "own · own-model"],
  ] as const)
    assert.equal(names.agent(key), name);
});

test("shows ids if the server does not return names", async () => {
  await using api = await startFakeApi();
  const names = await loadNames(new Tembo({ apiKey: "key", baseURL: api.url }));
  assert.equal(names.agent("claudeCode:claude-opus-4-5"), "claudeCode · claude-opus-4-5");
});
