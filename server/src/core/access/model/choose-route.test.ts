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

test("a family's own provider serves its models, unless somebody says otherwise", () => {
  assert.equal(choose({ access: access("openrouter", "anthropic") }), "anthropic");
  assert.equal(choose({ model: "unheard-of" }), "anthropic");
  assert.equal(choose({ chosen: "bedrock" }), "bedrock");
  assert.equal(choose({ chosen: "bedrock", asked: "vertex" }), "vertex");
  assert.equal(choose({ chosen: "bedrock", asked: "anthropic" }), "anthropic");
});

test("a choice that the harness cannot be led to is none", () => {
  assert.equal(
    choose({ harness: speaks("openai"), model: "gpt-5.5", chosen: "bedrock", access: access() }),
    "openai",
  );
  assert.equal(choose({ asked: "openai", access: access() }), "anthropic");
  assert.equal(choose({ asked: "constructor", access: access() }), "anthropic");
});

test("without a key for the family's own provider, another that has one and serves the model is chosen", () => {
  assert.equal(choose({}), "openrouter");
  assert.equal(choose({ access: access("bedrock") }), "bedrock");
  assert.equal(choose({ model: "unheard-of" }), "anthropic", "one that no other provider is known to serve");
});

test("another family's model goes to who serves it, or to the family's own address when nobody lets in", () => {
  assert.equal(choose({ harness: speaks("openai") }), "openrouter");
  assert.equal(choose({ harness: speaks("openai"), access: access() }), "openai");
  assert.equal(choose({ model: "glm-5.3" }), "openrouter");
  assert.equal(choose({ harness: speaks("gemini"), access: access("vertex") }), "gemini");
});

test("a harness of several protocols speaks the one of the model's family", () => {
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
  assert.equal(by("claude-opus-4-5", { asked: "openai" }), "openai to openai", "a service of one's own");
  assert.equal(by("gemini-2.5-pro", { asked: "openrouter" }), "openai to openrouter");
  assert.equal(by("gpt-5.5", { asked: "bedrock" }), "openai to openai", "which does not serve it");
});

test("its model of another family than its usual one goes to who lets in, the family's own first", () => {
  const lets = (...own: string[]) => way({ harness: several, access: access(...own) });
  assert.deepEqual(lets("openrouter", "anthropic"), { family: "anthropic", provider: "anthropic" });
  assert.deepEqual(lets("openai", "openrouter"), { family: "anthropic", provider: "openrouter" });
  assert.deepEqual(lets("openai"), { family: "anthropic", provider: "anthropic" });
});
