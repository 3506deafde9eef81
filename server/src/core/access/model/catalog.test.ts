import assert from "node:assert/strict";
import { test } from "node:test";
import { modelProviders } from "../../../broker/model/provider/plug-ins.ts";
import catalog from "./catalog.json" with { type: "json" };
import { findModel, models, providersFor } from "./catalog.ts";

const providerNames = new Set(modelProviders.map(({ name }) => name));

test("lists each model once, and assigns each name to only one model", () => {
  const names = models.flatMap((model) => [model.name, ...Object.values(model.names)]);
  const owners = new Map(models.map((model) => [model.name, model]));
  assert.equal(owners.size, models.length);
  for (const name of names) {
    const found = models.filter((model) => model.name === name || Object.values(model.names).includes(name));
    assert.equal(found.length, 1, name);
  }
});

test("names each offered model after its price entry, and sets plausible token limits", () => {
  for (const { model, offer } of catalog.models as { model: string; offer?: (typeof models)[0] }[]) {
    if (offer === undefined) continue;
    const begin = model.replace(/\*$/, "");
    assert.ok(model.endsWith("*") ? offer.name.startsWith(begin) : offer.name === begin, model);
    assert.ok(offer.contextTokens >= 100_000 && offer.maxOutputTokens > 0, model);
    assert.ok(offer.maxOutputTokens <= offer.contextTokens, model);
    assert.ok(offer.family === null || providerNames.has(offer.family), model);
    assert.ok(
      Object.keys(offer.names).every((name) => providerNames.has(name)),
      model,
    );
  }
});

test("finds a model by any of its names, including names with a date or a region prefix", () => {
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

test("lists the providers that serve a model over the harness's protocol", () => {
  const of = (name: string, family: "anthropic" | "openai" | "gemini") =>
    providersFor(findModel(name)!, family, modelProviders);
  assert.deepEqual(of("claude-opus-4-5", "anthropic"), ["anthropic", "openrouter", "bedrock", "vertex"]);
  assert.deepEqual(of("claude-opus-4-5", "openai"), ["openrouter"]);
  assert.deepEqual(of("claude-opus-4-5", "gemini"), []);
  assert.deepEqual(of("gpt-5.5", "openai"), ["openai", "openrouter"]);
  assert.deepEqual(of("gpt-5.5", "anthropic"), ["openrouter"]);
  assert.deepEqual(of("gemini-2.5-pro", "gemini"), ["gemini", "vertex"]);
  assert.deepEqual(of("gemini-2.5-pro", "anthropic"), ["openrouter"]);
  assert.deepEqual(of("glm-5.3", "openai"), ["openrouter"]);
});
