import assert from "node:assert/strict";
import { test } from "node:test";
import catalogue from "./catalogue.json" with { type: "json" };
import { findModel, models, providersFor } from "./catalogue.ts";
import { nameAt } from "./name-at.ts";
import { isModelProvider, modelProviders, providersOf } from "./provider.ts";

test("each model is offered once, and its names are nobody else's", () => {
  const names = models.flatMap((model) => [model.name, ...Object.values(model.names)]);
  const owners = new Map(models.map((model) => [model.name, model]));
  assert.equal(owners.size, models.length);
  for (const name of names) {
    const found = models.filter((model) => model.name === name || Object.values(model.names).includes(name));
    assert.equal(found.length, 1, name);
  }
});

test("each model that is offered has a price under its own name, and bounds that make sense", () => {
  for (const { model, offer } of catalogue.models as { model: string; offer?: (typeof models)[0] }[]) {
    if (offer === undefined) continue;
    const begin = model.replace(/\*$/, "");
    assert.ok(model.endsWith("*") ? offer.name.startsWith(begin) : offer.name === begin, model);
    assert.ok(offer.contextTokens >= 100_000 && offer.maxOutputTokens > 0, model);
    assert.ok(offer.maxOutputTokens <= offer.contextTokens, model);
    assert.ok(offer.family === null || offer.family in providersOf, model);
    assert.ok(Object.keys(offer.names).every(isModelProvider), model);
  }
});

test("a model is found by each of its names, with a date, and behind a region", () => {
  for (const name of [
    "claude-opus-4-5",
    "claude-opus-4-5-20251101",
    "claude-opus-4-5@20251101",
    "anthropic/claude-opus-4.5",
    "anthropic.claude-opus-4-5-20251101-v1:0",
    "us.anthropic.claude-opus-4-5-20251101-v1:0",
    "us-gov.anthropic.claude-opus-4-5-20251101-v1:0",
  ])
    assert.equal(findModel(name)?.name, "claude-opus-4-5", name);
  for (const name of ["", "claude", "claude-opus-4-5-x", "x.claude-opus-4-5", "constructor", "__proto__"])
    assert.equal(findModel(name), null, name);
});

test("a provider serves what it has, by the protocol of the harness", () => {
  const of = (name: string, family: "anthropic" | "openai" | "gemini") =>
    providersFor(findModel(name)!, family);
  assert.deepEqual(of("claude-opus-4-5", "anthropic"), ["anthropic", "openrouter", "bedrock", "vertex"]);
  assert.deepEqual(of("claude-opus-4-5", "openai"), ["openrouter"]);
  assert.deepEqual(of("claude-opus-4-5", "gemini"), []);
  assert.deepEqual(of("gpt-5.5", "openai"), ["openai", "openrouter"]);
  assert.deepEqual(of("gpt-5.5", "anthropic"), ["openrouter"]);
  assert.deepEqual(of("gemini-2.5-pro", "gemini"), ["gemini", "vertex"]);
  assert.deepEqual(of("gemini-2.5-pro", "anthropic"), ["openrouter"]);
  assert.deepEqual(of("glm-5.3", "openai"), ["openrouter"]);
});

test("a provider calls a model as it does, whether or not the catalogue knows it", () => {
  const cases: readonly (readonly [Parameters<typeof nameAt>[0], string, string | null, string])[] = [
    ["anthropic", "claude-opus-4-5", null, "claude-opus-4-5"],
    ["openai", "my/model:x", null, "my/model:x"],
    ["openrouter", "claude-opus-4-5", null, "anthropic/claude-opus-4.5"],
    ["openrouter", "claude-haiku-4-5-20251001", null, "anthropic/claude-haiku-4.5"],
    ["openrouter", "claude-opus-9-1", null, "anthropic/claude-opus-9.1"],
    ["openrouter", "gpt-9", null, "openai/gpt-9"],
    ["openrouter", "glm-5.3", null, "z-ai/glm-5.3"],
    ["openrouter", "someone/something", null, "someone/something"],
    ["openrouter", "unheard-of", null, "unheard-of"],
    ["vertex", "claude-opus-4-5", null, "claude-opus-4-5@20251101"],
    ["vertex", "claude-haiku-4-5-20251001", null, "claude-haiku-4-5@20251001"],
    ["vertex", "claude-opus-9@default", null, "claude-opus-9@default"],
    ["vertex", "gemini-9-pro", null, "gemini-9-pro"],
    ["bedrock", "claude-opus-4-6", "us-west-2", "us.anthropic.claude-opus-4-6-v1"],
    ["bedrock", "claude-opus-4-6", "eu-central-1", "eu.anthropic.claude-opus-4-6-v1"],
    ["bedrock", "claude-opus-4-6", "ap-southeast-2", "global.anthropic.claude-opus-4-6-v1"],
    ["bedrock", "claude-opus-4-6", "us-gov-west-1", "us-gov.anthropic.claude-opus-4-6-v1"],
    ["bedrock", "claude-opus-9", null, "global.anthropic.claude-opus-9"],
    ["bedrock", "jp.anthropic.claude-opus-9", "us-east-1", "jp.anthropic.claude-opus-9"],
    [
      "bedrock",
      "arn:aws:bedrock:us-east-1:1:inference-profile/x",
      null,
      "arn:aws:bedrock:us-east-1:1:inference-profile/x",
    ],
  ];
  for (const [provider, name, region, expected] of cases)
    assert.equal(nameAt(provider, name, region), expected, `${provider} ${name}`);
});

test("nothing that an object inherits is a provider", () => {
  assert.ok(modelProviders.every(isModelProvider));
  for (const text of ["", "constructor", "Anthropic", "google"]) assert.equal(isModelProvider(text), false);
});
