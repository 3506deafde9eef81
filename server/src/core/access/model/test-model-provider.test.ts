import assert from "node:assert/strict";
import { test } from "node:test";
import { modelProviders } from "../../../broker/model/provider/plug-ins.ts";
import { models } from "./catalog.ts";
import { noChoice } from "./model-choice.ts";
import { chooseTestedModel } from "./test-model-provider.ts";

const provider = (name: string) => modelProviders.find((one) => one.name === name)!;
const choose = (name: string, preferredModel: string | null, disabled: readonly string[] = []) => {
  const choices = disabled.map((model) => ({ ...noChoice(model), isEnabled: false }));
  const found = chooseTestedModel(provider(name), { preferredModel, choices, providers: modelProviders });
  return found === null ? null : [found.model.name, found.family];
};

test("prefers the given model if the provider serves it and it is enabled", () => {
  assert.deepEqual(choose("anthropic", "claude-opus-4-5"), ["claude-opus-4-5", "anthropic"]);
  assert.deepEqual(choose("bedrock", "claude-opus-4-5"), ["claude-opus-4-5", "anthropic"]);
  for (const [preferred, disabled] of [
    ["gpt-5.5", []],
    ["unheard-of", []],
    [null, []],
    ["claude-opus-4-5", ["claude-opus-4-5"]],
  ] as const) {
    const [model, family] = choose("anthropic", preferred, disabled)!;
    assert.equal(family, "anthropic");
    assert.match(model!, /^claude-/);
    assert.notEqual(model, disabled[0]);
  }
});

test("finds a model for each provider, and none if all are disabled", () => {
  for (const { name } of modelProviders) assert.notEqual(choose(name, null), null, name);
  const all = models.map(({ name }) => name);
  assert.equal(choose("anthropic", "claude-opus-4-5", all), null);
});
