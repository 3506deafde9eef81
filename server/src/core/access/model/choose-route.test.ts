import assert from "node:assert/strict";
import { test } from "node:test";
import { modelProviders } from "../../../broker/model/provider/plug-ins.ts";
import { chooseRoute, type RouteQuery } from "./choose-route.ts";
import type { HarnessProtocols } from "./model-routes.ts";

const access = (...own: string[]) => ({ own: new Set(own), operator: new Set<string>() });
const speaks = (
  modelFamily: HarnessProtocols["modelFamily"],
  ...otherFamilies: HarnessProtocols["modelFamily"][]
) => ({
  modelFamily,
  otherFamilies,
});
const way = (change: Partial<RouteQuery>) =>
  chooseRoute({
    harness: speaks("anthropic"),
    model: "claude-opus-4-5",
    asked: null,
    chosen: null,
    access: access("openrouter", "bedrock"),
    providers: modelProviders,
    ...change,
  });
const choose = (change: Partial<RouteQuery>) => way(change).provider;
const several = speaks("openai", "anthropic", "gemini");

test("chooses the family's own provider unless another one is configured or requested", () => {
  assert.equal(choose({ access: access("openrouter", "anthropic") }), "anthropic");
  assert.equal(choose({ model: "unheard-of" }), "anthropic");
  assert.equal(choose({ chosen: "bedrock" }), "bedrock");
  assert.equal(choose({ chosen: "bedrock", asked: "vertex" }), "vertex");
  assert.equal(choose({ chosen: "bedrock", asked: "anthropic" }), "anthropic");
});

test("ignores a configured or requested provider that the harness cannot use", () => {
  assert.equal(
    choose({ harness: speaks("openai"), model: "gpt-5.5", chosen: "bedrock", access: access() }),
    "openai",
  );
  assert.equal(choose({ asked: "openai", access: access() }), "anthropic");
  assert.equal(choose({ asked: "constructor", access: access() }), "anthropic");
});

test("falls back to a provider that has a key and serves the model when the family's own provider has no key", () => {
  assert.equal(choose({}), "openrouter");
  assert.equal(choose({ access: access("bedrock") }), "bedrock");
  assert.equal(
    choose({ model: "unheard-of" }),
    "anthropic",
    "keeps a model that no other provider is known to serve",
  );
});

test("routes another family's model to a provider that serves it, or to the harness's own provider if none has a key", () => {
  assert.equal(choose({ harness: speaks("openai") }), "openrouter");
  assert.equal(choose({ harness: speaks("openai"), access: access() }), "openai");
  assert.equal(choose({ model: "glm-5.3" }), "openrouter");
  assert.equal(choose({ harness: speaks("gemini"), access: access("vertex") }), "gemini");
});

test("uses the protocol of the model's family when the harness has several", () => {
  const by = (model: string, change: Partial<RouteQuery> = {}) => {
    const { family, provider } = way({ harness: several, model, access: access(), ...change });
    return `${family} to ${provider}`;
  };
  assert.equal(by("claude-opus-4-5"), "anthropic to anthropic");
  assert.equal(by("gpt-5.5"), "openai to openai");
  assert.equal(by("gemini-2.5-pro"), "gemini to gemini");
  assert.equal(by("claude-unheard-of-9"), "anthropic to anthropic");
  assert.equal(by("my-own-model"), "openai to openai");
  assert.equal(by("glm-5.3", { access: access("openrouter") }), "openai to openrouter");
  assert.equal(by("claude-opus-4-5", { asked: "bedrock" }), "anthropic to bedrock");
  assert.equal(
    by("claude-opus-4-5", { asked: "openai" }),
    "openai to openai",
    "routes to the requested provider",
  );
  assert.equal(by("gemini-2.5-pro", { asked: "openrouter" }), "openai to openrouter");
  assert.equal(
    by("gpt-5.5", { asked: "bedrock" }),
    "openai to openai",
    "ignores a requested provider that does not serve the model",
  );
});

test("prefers the model family's own provider, even if the family is not the harness's main one", () => {
  const lets = (...own: string[]) => way({ harness: several, access: access(...own) });
  assert.deepEqual(lets("openrouter", "anthropic"), { family: "anthropic", provider: "anthropic" });
  assert.deepEqual(lets("openai", "openrouter"), { family: "anthropic", provider: "openrouter" });
  assert.deepEqual(lets("openai"), { family: "anthropic", provider: "anthropic" });
});
