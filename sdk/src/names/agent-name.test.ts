import assert from "node:assert/strict";
import { test } from "node:test";
import type { Runtime } from "../types.ts";
import { agentModelName, agentName, harnessName, modelName, splitAgent } from "./agent-name.ts";

const model = (name: string, label: string): Runtime["compatibleModels"][number] => ({
  name,
  label,
  provider: "Vendor",
  isDefault: false,
  isPlatformDefault: false,
  reasoningLevels: [],
  availability: { status: "available" },
});
const opus = model("claude-opus-4-5", "Claude Opus 4.5");
const runtimes = [
  { name: "claudeCode", displayName: "Claude Code", compatibleModels: [opus] },
  { name: "opencode", displayName: "OpenCode", compatibleModels: [model("gpt-5.5", "GPT-5.5"), opus] },
  {
    name: "gemini",
    displayName: "Gemini CLI",
    compatibleModels: [model("gemini-2.5-pro", "Gemini 2.5 Pro")],
  },
];
const catalog = { runtimes, providers: [{ name: "bedrock", label: "Amazon Bedrock" }] };

const agents = {
  claudeCode: "Claude Code",
  "claudeCode:claude-opus-4-5": "Claude Code · Opus 4.5",
  "opencode:claude-opus-4-5": "OpenCode · Claude Opus 4.5",
  "gemini:gemini-2.5-pro": "Gemini CLI · Gemini 2.5 Pro",
  "claudeCode:claude-opus-4-5:bedrock": "Claude Code · Opus 4.5 (Amazon Bedrock)",
  "claudeCode:claude-opus-4-5-20251101": "Claude Code · Opus 4.5",
  "claudeCode:claude-opus-4-5@20251101:vertex": "Claude Code · Opus 4.5 (vertex)",
  "claudeCode:anthropic/claude-opus-4.5:openrouter": "Claude Code · Opus 4.5 (openrouter)",
  "claudeCode:anthropic.claude-opus-4-5-20251101-v1:0:bedrock": "Claude Code · Opus 4.5 (Amazon Bedrock)",
  "claudeCode:us-gov.anthropic.claude-opus-4-5-20251101-v1:0:bedrock":
    "Claude Code · Opus 4.5 (Amazon Bedrock)",
  // Unknown parts.
  "claudeCode:claude-opus-9": "Claude Code · claude-opus-9",
  "claudeCode:gpt-5.5": "Claude Code · gpt-5.5",
  "claudeCode:vendor:model:bedrock": "Claude Code · vendor:model (Amazon Bedrock)",
  "claudeCode:claude-opus-4-5:nimbus": "Claude Code · Opus 4.5 (nimbus)",
  "other:claude-opus-4-5": "other:claude-opus-4-5",
  "other:claude-opus-4-5:bedrock": "other:claude-opus-4-5:bedrock",
  "": "",
};
for (const [agent, name] of Object.entries(agents))
  test(`names the agent "${agent}" as "${name}"`, () => {
    assert.equal(agentName(agent, catalog), name);
    assert.equal(agentName(agent, { runtimes: [], providers: [] }), agent);
  });

test("splits off the last part as the provider, because a model name may contain colons", () => {
  const parts = (agent: string) => Object.values(splitAgent(agent));
  assert.deepEqual(parts("pi"), ["pi", null, null]);
  assert.deepEqual(parts("pi:model"), ["pi", "model", null]);
  assert.deepEqual(parts("pi:vendor:model:bedrock"), ["pi", "vendor:model", "bedrock"]);
});

test("names an agent from its parts, whose model may contain colons without a provider", () => {
  const parts = {
    harness: "claudeCode",
    model: "anthropic.claude-opus-4-5-20251101-v1:0",
    provider: null,
  };
  assert.equal(agentName(parts, catalog), "Claude Code · Opus 4.5");
  assert.equal(agentName({ ...parts, harness: "other" }, catalog), `other:${parts.model}`);
});

test("prefers a model whose own name ends like a version, and accepts digits in a vendor's name", () => {
  const own = [
    {
      ...runtimes[0]!,
      compatibleModels: [model("deepseek-v3", "DeepSeek V3"), model("kimi-k2", "Kimi K2")],
    },
  ];
  assert.deepEqual(
    ["deepseek/deepseek-v3", "x1/kimi-k2", "kimi-k2-v2:0"].map((name) => modelName(name, own)),
    ["DeepSeek V3", "Kimi K2", "Kimi K2"],
  );
});

test("names a harness, a model and the model of an agent on their own", () => {
  assert.deepEqual([harnessName("gemini", runtimes), harnessName("x", runtimes)], ["Gemini CLI", "x"]);
  assert.deepEqual([modelName("gpt-5.5", runtimes), modelName("x", runtimes)], ["GPT-5.5", "x"]);
  const names = ["claudeCode:claude-opus-4-5:bedrock", "claudeCode:x", "other:x:y", "claudeCode"].map(
    (agent) => agentModelName(agent, catalog),
  );
  assert.deepEqual(names, ["Claude Opus 4.5 (Amazon Bedrock)", "x", "x (y)", ""]);
});
