import assert from "node:assert/strict";
import { test } from "node:test";
import * as bedrock from "./bedrock/spell-model-name.ts";
import * as openrouter from "./openrouter/spell-model-name.ts";
import * as vertex from "./vertex/spell-model-name.ts";

test("converts a model's name to the provider's format, whether or not the catalog lists the model", () => {
  const byOpenRouter = [
    ["claude-opus-4-5", "anthropic/claude-opus-4.5"],
    ["claude-haiku-4-5-20251001", "anthropic/claude-haiku-4.5"],
    ["claude-opus-9-1", "anthropic/claude-opus-9.1"],
    ["gpt-9", "openai/gpt-9"],
    ["glm-5.3", "z-ai/glm-5.3"],
    ["someone/something", "someone/something"],
    ["unheard-of", "unheard-of"],
  ] as const;
  const byVertex = [
    ["claude-opus-4-5", "claude-opus-4-5@20251101"],
    ["claude-haiku-4-5-20251001", "claude-haiku-4-5@20251001"],
    ["claude-opus-9@default", "claude-opus-9@default"],
    ["gemini-9-pro", "gemini-9-pro"],
  ] as const;
  const byBedrock = [
    ["claude-opus-4-6", "us.anthropic.claude-opus-4-6-v1", "us-west-2"],
    ["claude-opus-4-6", "eu.anthropic.claude-opus-4-6-v1", "eu-central-1"],
    ["claude-opus-4-6", "global.anthropic.claude-opus-4-6-v1", "ap-southeast-2"],
    ["claude-opus-4-6", "us-gov.anthropic.claude-opus-4-6-v1", "us-gov-west-1"],
    ["claude-opus-9", "global.anthropic.claude-opus-9", "ap-southeast-2"],
    ["jp.anthropic.claude-opus-9", "jp.anthropic.claude-opus-9", "us-east-1"],
    [
      "arn:aws:bedrock:us-east-1:1:inference-profile/x",
      "arn:aws:bedrock:us-east-1:1:inference-profile/x",
      "us-east-1",
    ],
  ] as const;
  for (const [name, expected] of byOpenRouter) assert.equal(openrouter.spellModelName(name), expected);
  for (const [name, expected] of byVertex) assert.equal(vertex.spellModelName(name), expected);
  for (const [name, expected, region] of byBedrock)
    assert.equal(bedrock.spellModelName(name, region), expected);
});
