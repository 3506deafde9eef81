import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { keyedProvider, type Setting, setUp } from "../../gateway-fixture.ts";
import { type OpenRouterSetting, startOpenRouter } from "../../testing/fake-openrouter.ts";
import { respondHello } from "../../testing/messages-service.ts";

async function behindOpenRouter(
  t: TestContext,
  { router = {}, ...setting }: Setting & { router?: Partial<OpenRouterSetting> } = {},
) {
  const fake = await startOpenRouter({ apiKey: "sk-or-operator", service: respondHello, ...router });
  t.after(() => fake.close());
  const gateway = await setUp(t, {
    provider: "openrouter",
    providers: () => ({ openrouter: keyedProvider("sk-or-operator", `${fake.url}/api`) }),
    ...setting,
  });
  return { ...gateway, fake };
}

const request = (change: object = {}) =>
  JSON.stringify({
    model: "claude-opus-4-5",
    max_tokens: 10,
    messages: [{ role: "user", content: "Hi." }],
    ...change,
  });

test("sends Anthropic requests under OpenRouter's model name and prices them", async (t) => {
  const { ask, fake, recorded } = await behindOpenRouter(t);
  const headers = { "x-api-key": "client-key", authorization: "Bearer client-key" };
  const answer = await ask("/v1/messages?beta=true", { body: request({ stream: true }), headers });
  assert.deepEqual(fake.refused, []);
  assert.equal(answer.status, 200, answer.body);
  assert.equal(fake.asked[0]!.model, "anthropic/claude-opus-4.5");
  assert.equal(recorded[0]!.costMicroUsd, 100 * 5 + 20 * 25 + 50 * 0.5);
});

test("sends OpenAI requests with and without the version in the path", async (t) => {
  const usage = { prompt_tokens: 10, completion_tokens: 5 };
  const { ask, fake, recorded } = await behindOpenRouter(t, {
    family: "openai",
    router: { openai: async () => Response.json({ model: "openai/gpt-5.5-20260401", choices: [], usage }) },
  });
  for (const path of ["/v1/chat/completions", "/chat/completions", "/v1/responses"])
    assert.equal((await ask(path, { body: request({ model: "gpt-5.5" }) })).status, 200, path);
  assert.ok(fake.asked.every(({ model }) => model === "openai/gpt-5.5"));
  assert.equal(recorded[0]!.costMicroUsd, 10 * 5 + 5 * 30, "uses the price of the requested model");
});

test("uses the cost that OpenRouter reports and ignores a cost from another provider", async (t) => {
  const openai = async () =>
    Response.json({ model: "x", usage: { prompt_tokens: 10, completion_tokens: 5, cost: 0.001234 } });
  const { ask, recorded } = await behindOpenRouter(t, { family: "openai", router: { openai } });
  await ask("/v1/chat/completions", { body: request({ model: "gpt-5.5" }) });
  assert.equal(recorded[0]!.costMicroUsd, 1_234);
  const other = await setUp(t, {
    family: "openai",
    answer: (_, response) =>
      response.end('{"model":"gpt-5.5","usage":{"prompt_tokens":10,"completion_tokens":5,"cost":0}}'),
  });
  await other.ask("/v1/chat/completions", { body: request({ model: "gpt-5.5" }) });
  assert.equal(other.recorded[0]!.costMicroUsd, 200);
});

test("prefers the organization's key, and does not repeat a rejected key", async (t) => {
  const own = await behindOpenRouter(t, { ownKey: "sk-or-own", router: { apiKey: "sk-or-own" } });
  assert.equal((await own.ask("/v1/messages", { body: request() })).status, 200);
  const wrong = await behindOpenRouter(t, { ownKey: "sk-or-wrong" });
  const { status, body } = await wrong.ask("/v1/messages", { body: request() });
  assert.equal(status, 401);
  assert.ok(!body.includes("sk-or-wrong"));
  assert.match(wrong.gateway.lastFailure()!, /401: User not found/);
});

test("rejects search and stored account presets without open egress", async (t) => {
  const reaching = [
    { plugins: [{ id: "web" }] },
    { web_search_options: {} },
    { model: "anthropic/claude-opus-4.5:online" },
    { model: "@preset/mine" },
    { tools: [{ type: "openrouter:web_search" }] },
    { tools: [{ type: "web_search_20250305", name: "web_search" }] },
  ];
  const { ask, fake } = await behindOpenRouter(t);
  for (const change of reaching)
    assert.equal((await ask("/v1/messages", { body: request(change) })).status, 400, JSON.stringify(change));
  assert.deepEqual([fake.asked, fake.refused], [[], []]);
  const open = await behindOpenRouter(t, { reachesNetwork: true });
  assert.equal((await open.ask("/v1/messages", { body: request(reaching[0]) })).status, 200, "control");
});

test("rejects a request that names several models, even with open egress", async (t) => {
  const { ask, fake } = await behindOpenRouter(t, { reachesNetwork: true });
  for (const change of [{ models: ["a/b"] }, { route: "fallback" }, { preset: "mine" }, { Models: [] }]) {
    const { status, body } = await ask("/v1/messages", { body: request(change) });
    assert.equal(status, 400);
    assert.match(body, /names models other than/);
  }
  assert.deepEqual(fake.asked, []);
});

test("with a budget, prices models of any vendor by their own names, and rejects one without a price", async (t) => {
  const { ask, fake } = await behindOpenRouter(t, { meter: { hasBudget: true } });
  for (const model of ["glm-5.3", "z-ai/glm-5.3"])
    assert.equal((await ask("/v1/messages", { body: request({ model }) })).status, 200, model);
  assert.deepEqual(
    fake.asked.map(({ model }) => model),
    ["z-ai/glm-5.3", "z-ai/glm-5.3"],
  );
  assert.match((await ask("/v1/messages", { body: request({ model: "someone/dear" }) })).body, /no price/);
});
