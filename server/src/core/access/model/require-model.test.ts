import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openScene, type Scene } from "../../../testing/scene.ts";
import type { Ports } from "../../ports.ts";
import { claudeCodeInfo } from "../../sessions/session/testing/claude-code-info.ts";
import { requireModel } from "./require-model.ts";

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.drop());

const requires = (
  operatorProviders: Ports["settings"]["operatorProviders"],
  harness: Parameters<typeof requireModel>[3] = claudeCodeInfo,
) => {
  const { store, organizationId } = scene.t;
  const settings = { ...scene.ports.settings, operatorProviders };
  const agent = { harness: "claudeCode", model: "claude-opus-4-5", provider: null };
  return requireModel(
    { store, settings, modelProviders: scene.ports.modelProviders },
    organizationId,
    agent,
    harness,
  );
};

test("rejects a model whose provider has no key, and lists where to set one", async () => {
  await assert.rejects(requires([]), {
    code: "invalid_input",
    message:
      'No Anthropic API key is configured. Add one under Settings → Models or with "tembo settings set anthropicApiKey", or set ANTHROPIC_API_KEY on the server.',
  });
  await assert.rejects(requires(["openai"]), { code: "invalid_input" });
  await requires(["anthropic"]);
});

test("accepts a model that another provider with a key serves", async () => {
  await requires(["openrouter"], { ...claudeCodeInfo, otherFamilies: ["openai"] });
});

test("requires no key for a harness that runs as a program on the machine", async () => {
  await requires([], { ...claudeCodeInfo, isProgram: true });
});

test("rejects a new session or draft when the provider has no key", async () => {
  const bare = await openScene({ settings: { ...scene.ports.settings, operatorProviders: [] } });
  try {
    await assert.rejects(bare.create({ isDraft: true }), /No Anthropic API key/);
    await assert.rejects(bare.create(), /No Anthropic API key/);
    assert.equal(bare.enqueued.length, 0);
  } finally {
    await bare.drop();
  }
  await scene.create();
});
