import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Model, ModelList, Runtime, RuntimeList } from "@tembo/contract";
import { models, type ShortQuestion } from "../../../core/access/index.ts";
import { AppError, newId } from "../../../core/base/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { claudeCodeInfo } from "../../../core/sessions/session/testing/claude-code-info.ts";
import type { Harnesses } from "../../../core/turns/index.ts";
import { type Served, serve } from "../../../testing/test-server.ts";

let served: Served;
/** Provider, organization's key and model of each request to a model. */
const asked: (readonly [string, string | null, string])[] = [];
before(async () => {
  const own = { name: "own", displayName: "Own", defaultModel: "auto", service: serviceOf("amp") };
  const other = { name: "other", displayName: "Other", defaultModel: "auto", service: serviceOf("cursor") };
  const list = () => [
    { ...claudeCodeInfo, defaultModel: "m" },
    { ...claudeCodeInfo, ...own },
    { ...claudeCodeInfo, ...other },
  ];
  const askModel = async ({ provider, credential, model }: ShortQuestion) => {
    asked.push([provider, credential?.apiKey ?? null, model]);
    if (credential?.apiKey === "refused")
      throw new AppError("unreachable", "The provider responded with 401.");
  };
  served = await serve({
    parts: {
      harnesses: { list } as unknown as Harnesses,
      broker: { askModel } as unknown as Ports["broker"],
    },
  });
});
after(() => served.close());

function serviceOf(name: string) {
  const keyVariable = `${name.toUpperCase()}_API_KEY`;
  return { keySetting: `${name}ApiKey`, keyVariable, keyHosts: ["key.example"], otherHosts: [] };
}

async function anOrganization() {
  const id = newId();
  await served.testStore.store.organizations.insert({ id, name: id });
  const key = await served.addKey(id);
  const json = async <T>(path: string, method = "GET", body?: unknown): Promise<T & { error?: string }> => {
    const response = await served.ask(path, key, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      }),
    });
    return { ...((await response.json()) as T), status: response.status };
  };
  return {
    id,
    json,
    model: async (name: string) =>
      (await json<ModelList>("/v1/models?limit=100")).items.find((model) => model.name === name)!,
    patch: (name: string, body: unknown) =>
      json<Model & { status: number }>(`/v1/models/${encodeURIComponent(name)}`, "PATCH", body),
    create: (agent?: string) =>
      json<{ id: string; status: number }>("/session/create", "POST", {
        prompt: "Go.",
        queueRightAway: false,
        ...(agent !== undefined && { agent }),
      }),
    keep: (secret: object) => json<{ status: number }>(`/v1/organizations/${id}/secrets`, "POST", secret),
    set: (settings: object) => json(`/v1/organizations/${id}/settings`, "PATCH", settings),
  };
}

test("pages through the catalog by name, and rejects an invalid cursor", async () => {
  const { json } = await anOrganization();
  const seen: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: ModelList = await json(`/v1/models?limit=7${cursor === "" ? "" : `&cursor=${cursor}`}`);
    seen.push(...page.items.map(({ name }) => name));
    cursor = page.nextCursor;
  }
  assert.deepEqual(
    seen,
    models.map(({ name }) => name),
  );
  for (const path of ["/v1/models?cursor=claude", "/v1/runtimes?cursor=emacs"]) {
    const { error } = await json(path);
    assert.match(error!, /"cursor"/);
  }
});

test("states whose credential a provider has", async () => {
  const { json, set } = await anOrganization();
  const credentialOf = async (provider: string) =>
    (await json<ModelList>("/v1/models?limit=1")).modelProviders.find(({ name }) => name === provider)!
      .credential;
  assert.deepEqual([await credentialOf("anthropic"), await credentialOf("openrouter")], ["server", null]);
  await set({ anthropicApiKey: "own-key", openrouterApiKey: "own-key" });
  assert.deepEqual(
    [await credentialOf("anthropic"), await credentialOf("openrouter")],
    ["organization", "organization"],
  );
  await set({ anthropicApiKey: "" });
  assert.equal(await credentialOf("anthropic"), "server");
});

test("rejects a disabled model under any of its names until it is enabled again", async () => {
  const { patch, create, model } = await anOrganization();
  assert.equal((await create("claudeCode:claude-opus-4-5")).status, 200, "control");
  assert.equal((await patch("claude-opus-4-5", { enabled: false })).enabled, false);
  for (const name of [
    "claude-opus-4-5",
    "claude-opus-4-5-20251101",
    "us.anthropic.claude-opus-4-5-20251101-v1:0:anthropic",
  ]) {
    const { status, error } = await create(`claudeCode:${name}`);
    assert.equal(status, 400, name);
    assert.match(error!, /Claude Opus 4.5 is disabled.*tembo model enable claude-opus-4-5/);
  }
  const shown = await model("claude-opus-4-5");
  assert.deepEqual([shown.enabled, shown.available], [false, false]);
  assert.equal((await create("claudeCode:claude-opus-4-6")).status, 200, "accepts another model");
  assert.equal((await create("claudeCode:unheard-of")).status, 200, "accepts an unknown model");
  await patch("claude-opus-4-5-20251101", { enabled: true });
  assert.equal((await create("claudeCode:claude-opus-4-5")).status, 200);
});

test("rejects a message that names a disabled model", async () => {
  const { patch, create, json } = await anOrganization();
  await patch("claude-opus-4-6", { enabled: false });
  const { id } = await create();
  const send = (agent: string) =>
    json<{ status: number }>("/v1/messages", "POST", { sessionId: id, content: "Go on.", agent });
  const refused = await send("claudeCode:claude-opus-4-6");
  assert.equal(refused.status, 400);
  assert.match(refused.error!, /Claude Opus 4.6 is disabled/);
  assert.equal((await send("claudeCode:claude-opus-4-5")).status, 201, "control");
});

test("disables a model for one organization only", async () => {
  const [one, other] = await Promise.all([anOrganization(), anOrganization()]);
  await one.patch("claude-opus-4-6", { enabled: false });
  assert.equal((await other.create("claudeCode:claude-opus-4-6")).status, 200);
  assert.equal((await other.model("claude-opus-4-6")).enabled, true);
});

test("returns 404 for a model outside the catalog and rejects an unknown field", async () => {
  const { patch } = await anOrganization();
  assert.equal((await patch("unheard-of", { enabled: false })).status, 404);
  assert.equal((await patch("claude-opus-4-5", { disabled: true })).status, 400);
});

test("rejects a provider without a credential, explains the fix, and accepts it once a credential is set", async () => {
  const { create, set, model, patch } = await anOrganization();
  const agent = "claudeCode:claude-opus-4-5:openrouter";
  const refused = await create(agent);
  assert.equal(refused.status, 400);
  assert.match(
    refused.error!,
    /No OpenRouter API key .*Settings → Models.*openrouterApiKey.*OPENROUTER_API_KEY on the server/,
  );
  assert.match(
    (await patch("claude-opus-4-5", { inferenceProvider: "AWSBedrock" })).error!,
    /Amazon Bedrock/,
  );
  await set({ openrouterApiKey: "sk-or-1" });
  assert.equal((await create(agent)).status, 200);
  const shown = await model("claude-opus-4-5");
  assert.equal(shown.inferenceProvider, "TemboManagedInference");
  assert.deepEqual(shown.availableInferenceProviders, ["TemboManagedInference", "OpenRouter"]);
});

test("chooses a model's provider and resets the choice", async () => {
  const { set, patch, create, model } = await anOrganization();
  await set({ awsBedrockAccessKeyId: "AKIA", awsBedrockSecretAccessKey: "secret" });
  const chosen = await patch("claude-opus-4-5", { inferenceProvider: "AWSBedrock" });
  assert.deepEqual(
    [chosen.configuredInferenceProvider, chosen.inferenceProvider, chosen.selectedInferenceProviderAvailable],
    ["AWSBedrock", "AWSBedrock", true],
  );
  await set({ awsBedrockSecretAccessKey: "" });
  const lost = await model("claude-opus-4-5");
  assert.deepEqual([lost.available, lost.inferenceProvider], [false, "AWSBedrock"]);
  assert.match((await create("claudeCode:claude-opus-4-5")).error!, /Amazon Bedrock/);
  assert.equal((await patch("claude-opus-4-5", { inferenceProvider: null })).available, true);
  assert.equal((await create("claudeCode:claude-opus-4-5")).status, 200);
});

test("ignores a stored choice of a provider that is no longer registered", async () => {
  const { model, id } = await anOrganization();
  const choice = { model: "claude-opus-4-5", isEnabled: true };
  await served.testStore.store.models.saveChoice(id, { ...choice, provider: "bedrock" });
  assert.equal((await model(choice.model)).configuredInferenceProvider, "AWSBedrock", "control");
  await served.testStore.store.models.saveChoice(id, { ...choice, provider: "gone" });
  assert.equal((await model(choice.model)).configuredInferenceProvider, null);
});

test("uses the organization's own key instead of the server's, and reports BYOK as the provider", async () => {
  const { set, patch, model } = await anOrganization();
  assert.match(
    (await patch("claude-opus-4-5", { inferenceProvider: "BYOK" })).error!,
    /set anthropicApiKey"/,
  );
  await set({ anthropicApiKey: "sk-ant-own" });
  assert.equal((await model("claude-opus-4-5")).inferenceProvider, "BYOK");
  assert.match(
    (await patch("claude-opus-4-5", { inferenceProvider: "TemboManagedInference" })).error!,
    /own key takes precedence over/,
  );
  assert.match((await patch("glm-5.3", { inferenceProvider: "BYOK" })).error!, /does not serve GLM 5\.3/);
});

test("returns a harness's capabilities and the availability of its models", async () => {
  const { json, patch } = await anOrganization();
  await patch("claude-opus-4-6", { enabled: false });
  const { items } = await json<RuntimeList>("/v1/runtimes");
  const [runtime] = items as [Runtime];
  assert.equal(runtime.name, "claudeCode");
  assert.deepEqual(runtime.runCapabilities, {
    modes: ["normal", "planning"],
    speeds: ["normal", "fast"],
    supportsGoals: true,
  });
  assert.deepEqual([runtime.hasApiKey, runtime.availability], [true, { status: "available" }]);
  const of = (name: string) => runtime.compatibleModels.find((model) => model.name === name)!;
  assert.deepEqual(of("claude-opus-4-5").availability, { status: "available" });
  assert.deepEqual(of("claude-opus-4-5").reasoningLevels, ["low", "medium", "high"]);
  assert.equal((of("claude-opus-4-6").availability as { code: string }).code, "model_disabled");
  assert.equal((of("gpt-5.5").availability as { code: string }).code, "missing_credentials");
});

test("detects a harness's key in the organization's settings or secrets", async () => {
  const { json, set, keep, create } = await anOrganization();
  const shown = async (name: string) =>
    (await json<RuntimeList>("/v1/runtimes")).items.find((runtime) => runtime.name === name)!;
  const refused = await create("own");
  assert.equal(refused.status, 400);
  assert.match(refused.error!, /No API key for Own is configured/);
  const before = await shown("own");
  assert.deepEqual([before.requiresApiKey, before.hasApiKey], [true, false]);
  assert.match((before.availability as { reason: string }).reason, /key for Own.*ampApiKey"/);
  assert.equal(before.compatibleModels[0]!.availability.status, "unavailable");
  await set({ ampApiKey: "amp-key" });
  assert.equal((await create("own")).status, 200);
  const hasKey = await shown("own");
  assert.deepEqual([hasKey.hasApiKey, hasKey.availability], [true, { status: "available" }]);
  assert.deepEqual(
    hasKey.compatibleModels.map(({ name, provider, availability }) => [name, provider, availability.status]),
    [["auto", "Own", "available"]],
  );
  assert.equal((await shown("other")).hasApiKey, false, "the other harness has its own key");
  await set({ ampApiKey: "" });
  assert.equal((await shown("own")).hasApiKey, false);
  assert.equal((await keep({ key: "CURSOR_API_KEY", value: "cursor-key" })).status, 201);
  assert.equal((await shown("other")).hasApiKey, true);
  assert.equal((await create("other")).status, 200);
});

test("rejects unsupported agentOptions when a session is created", async () => {
  const { json } = await anOrganization();
  const create = (agentOptions: unknown) =>
    json<{ status: number }>("/session/create", "POST", {
      prompt: "Go.",
      queueRightAway: false,
      agentOptions,
    });
  assert.equal((await create({ reasoningLevel: "high", speed: "fast", mode: "planning" })).status, 200);
  for (const [options, sentence] of [
    [{ reasoningLevel: "extreme" }, /low, medium, high/],
    [{ speed: "ultrafast" }, /normal, fast/],
    [{ mode: "plan" }, /"planning"/],
    [{ goal: {} }, /objective/],
  ] as const) {
    const { status, error } = await create(options);
    assert.equal(status, 400);
    assert.match(error!, sentence);
  }
});

test("tests the key that sessions use, and reports a missing key and a failure", async () => {
  const { json, set, patch } = await anOrganization();
  const check = (provider: string) =>
    json<{ status: number; modelName?: string }>(`/v1/model-providers/${provider}/test`, "POST");
  const server = await check("anthropic");
  assert.deepEqual([server.status, server.modelName], [200, models[0]!.name]);
  await set({ anthropicApiKey: "own" });
  await patch(models[0]!.name, { enabled: false });
  assert.equal((await check("anthropic")).status, 200);
  assert.deepEqual(
    asked.map(([provider, key]) => [provider, key]),
    [
      ["anthropic", null],
      ["anthropic", "own"],
    ],
  );
  assert.notEqual(asked[1]![2], models[0]!.name, "does not ask a disabled model");
  const missing = await check("openai");
  assert.equal(missing.status, 400);
  assert.match(missing.error!, /^No OpenAI API key is configured\. Add one under Settings/);
  const unknown = await check("elsewhere");
  assert.equal(unknown.status, 404);
  assert.match(unknown.error!, /Model provider "elsewhere" was not found\. Use one of: anthropic,/);
  assert.equal(asked.length, 2, "sends no request without a key");
  await set({ anthropicApiKey: "refused" });
  const refused = await check("anthropic");
  assert.equal(refused.status, 502);
  assert.match(refused.error!, /responded with 401/);
  for (const { name } of models) await patch(name, { enabled: false });
  assert.match((await check("anthropic")).error!, /All models of Anthropic are disabled/);
});
