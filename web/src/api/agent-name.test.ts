import assert from "node:assert/strict";
import { test } from "node:test";
import type { Runtime } from "@tembo-io/sdk";
import {
  agentName,
  defaultModelName,
  harnessName,
  modelName,
  platformDefault,
  splitAgent,
  withModel,
} from "./agent-name.ts";

type CompatibleModel = Runtime["compatibleModels"][number];

const model = (name: string, label: string, isPlatformDefault = false): CompatibleModel => ({
  name,
  label,
  provider: "Anthropic",
  isDefault: false,
  isPlatformDefault,
  reasoningLevels: [],
  availability: { status: "available" },
});
const runtime = (name: string, displayName: string, models: readonly CompatibleModel[]): Runtime => ({
  name,
  displayName,
  defaultModelName: models[0]!.name,
  requiresApiKey: true,
  hasApiKey: true,
  harness: { apiKeySetting: null, commands: null },
  runCapabilities: { modes: ["normal"], speeds: ["normal"], supportsGoals: true },
  availability: { status: "available" },
  compatibleModels: [...models],
});
const runtimes = [
  runtime("claudeCode", "Claude Code", [
    model("claude-opus-4-5", "Claude Opus 4.5", true),
    model("claude-sonnet-4-5", "Claude Sonnet 4.5"),
  ]),
  runtime("opencode", "OpenCode", [model("gpt-5.5", "GPT-5.5"), model("claude-opus-4-5", "Claude Opus 4.5")]),
  runtime("gemini", "Gemini CLI", [model("gemini-2.5-pro", "Gemini 2.5 Pro")]),
];
const catalog = { runtimes, providers: [{ name: "bedrock", label: "Amazon Bedrock" }] };

test("names an agent's harness and model", () => {
  const names = {
    "claudeCode:claude-opus-4-5": "Claude Code · Opus 4.5",
    "opencode:claude-opus-4-5": "OpenCode · Claude Opus 4.5",
    "gemini:gemini-2.5-pro": "Gemini CLI · Gemini 2.5 Pro",
    claudeCode: "Claude Code",
    "claudeCode:claude-opus-4-5:bedrock": "Claude Code · Opus 4.5 (Amazon Bedrock)",
  };
  for (const [agent, name] of Object.entries(names)) assert.equal(agentName(agent, catalog), name);
});

test("keeps an ID that the catalog does not contain", () => {
  const names = {
    "other:claude-opus-4-5": "other:claude-opus-4-5",
    "claudeCode:claude-opus-9": "Claude Code · claude-opus-9",
    "claudeCode:claude-opus-4-5:nimbus": "Claude Code · Opus 4.5 (nimbus)",
    "": "",
  };
  for (const [agent, name] of Object.entries(names)) assert.equal(agentName(agent, catalog), name);
  assert.equal(
    agentName("claudeCode:claude-opus-4-5", { runtimes: [], providers: [] }),
    "claudeCode:claude-opus-4-5",
  );
});

test("parses the last part as the provider, because a model name may contain colons", () => {
  assert.deepEqual(splitAgent("pi:vendor:model:bedrock"), {
    harness: "pi",
    model: "vendor:model",
    provider: "bedrock",
  });
});

test("names a harness or a model on its own", () => {
  assert.deepEqual([harnessName("gemini", runtimes), harnessName("x", runtimes)], ["Gemini CLI", "x"]);
  assert.deepEqual([modelName("gpt-5.5", runtimes), modelName("x", runtimes)], ["GPT-5.5", "x"]);
});

test("finds the default agent, and a harness's default model", () => {
  assert.equal(platformDefault(runtimes), "claudeCode:claude-opus-4-5");
  assert.equal(platformDefault(runtimes.slice(1)), null);
  assert.equal(defaultModelName(runtimes[1]!), "GPT-5.5");
  assert.deepEqual(
    [withModel("opencode", runtimes), withModel("opencode:x", runtimes)],
    ["opencode:gpt-5.5", "opencode:x"],
  );
});
