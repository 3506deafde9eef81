import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseProvider, type ProviderQuestion } from "./choose-provider.ts";
import type { ModelProvider } from "./provider.ts";

const access = (...own: ModelProvider[]) => ({ own: new Set(own), operator: new Set<ModelProvider>() });
const choose = (change: Partial<ProviderQuestion>) =>
  chooseProvider({
    family: "anthropic",
    model: "claude-opus-4-5",
    asked: null,
    chosen: null,
    access: access("openrouter", "bedrock"),
    ...change,
  });

test("a family's own provider serves its models, unless somebody says otherwise", () => {
  assert.equal(choose({}), "anthropic");
  assert.equal(choose({ model: "unheard-of" }), "anthropic");
  assert.equal(choose({ chosen: "bedrock" }), "bedrock");
  assert.equal(choose({ chosen: "bedrock", asked: "vertex" }), "vertex");
  assert.equal(choose({ chosen: "bedrock", asked: "anthropic" }), "anthropic");
});

test("a choice that the harness cannot be led to is none", () => {
  assert.equal(choose({ family: "openai", model: "gpt-5.5", chosen: "bedrock" }), "openai");
  assert.equal(choose({ asked: "openai" }), "anthropic");
  assert.equal(choose({ asked: "constructor" }), "anthropic");
});

test("another family's model goes to who serves it, or to the family's own address when nobody lets in", () => {
  assert.equal(choose({ family: "openai" }), "openrouter");
  assert.equal(choose({ family: "openai", access: access() }), "openai");
  assert.equal(choose({ model: "glm-5.3" }), "openrouter");
  assert.equal(choose({ family: "gemini", access: access("vertex") }), "gemini");
});
