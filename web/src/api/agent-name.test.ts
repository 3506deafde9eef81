import assert from "node:assert/strict";
import { test } from "node:test";
import type { Runtime } from "@tembo-io/sdk";
import { defaultModelName, withModel } from "./agent-name.ts";

type CompatibleModel = Runtime["compatibleModels"][number];

const model = (name: string, label: string): CompatibleModel => ({
  name,
  label,
  provider: "Anthropic",
  isDefault: false,
  isPlatformDefault: false,
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
    model("claude-opus-4-5", "Claude Opus 4.5"),
    model("claude-sonnet-4-5", "Claude Sonnet 4.5"),
  ]),
  runtime("opencode", "OpenCode", [model("gpt-5.5", "GPT-5.5"), model("claude-opus-4-5", "Claude Opus 4.5")]),
  runtime("gemini", "Gemini CLI", [model("gemini-2.5-pro", "Gemini 2.5 Pro")]),
];

test("finds a harness's default model, and adds it to a key without a model", () => {
  assert.equal(defaultModelName(runtimes[1]!), "GPT-5.5");
  assert.equal(defaultModelName({ ...runtimes[1]!, defaultModelName: "x" }), "x");
  assert.deepEqual(
    ["opencode", "opencode:x", "opencode:x:y", "other"].map((agent) => withModel(agent, runtimes)),
    ["opencode:gpt-5.5", "opencode:x", "opencode:x:y", "other"],
  );
});
