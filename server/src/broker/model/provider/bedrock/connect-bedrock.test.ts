import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type Setting, setUp } from "../../gateway-fixture.ts";
import { type BedrockSetting, exceptionMessage, startBedrock } from "../../testing/fake-bedrock.ts";
import { failWith, respondHello } from "../../testing/messages-service.ts";

const now = Date.parse("2026-01-02T03:04:05Z");
const credential = {
  accessKeyId: "AKIAOPERATOR",
  secretAccessKey: "operator-secret/with+signs",
  region: "eu-west-3",
};

async function behindBedrock(
  t: TestContext,
  { bedrock = {}, ...setting }: Setting & { bedrock?: Partial<BedrockSetting> } = {},
) {
  const fake = await startBedrock({ ...credential, service: respondHello, nowMs: () => now, ...bedrock });
  t.after(() => fake.close());
  const gateway = await setUp(t, {
    provider: "bedrock",
    providers: () => ({ bedrock: { credential, addresses: { baseUrl: fake.url } } }),
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

test("signs a request and returns the event stream as server-sent events", async (t) => {
  const { ask, fake, recorded, gateway } = await behindBedrock(t);
  const answer = await ask("/v1/messages?beta=true", { body: request({ stream: true }) });
  assert.deepEqual(fake.refused, []);
  assert.equal(answer.status, 200, answer.body);
  assert.match(answer.headers["content-type"]!, /^text\/event-stream/);
  const direct = await respondHello({ stream: true }).then((response) => response.text());
  assert.equal(answer.body, direct, "returns the same events as the model");
  const [{ model, body, headers }] = fake.asked as [(typeof fake.asked)[0] & {}];
  assert.equal(model, "eu.anthropic.claude-opus-4-5-20251101-v1:0");
  assert.deepEqual(Object.keys(body).sort(), ["anthropic_version", "max_tokens", "messages"]);
  assert.ok(!JSON.stringify(headers).includes("operator-secret"));
  assert.equal(gateway.lastFailure(), null);
  assert.deepEqual(recorded, [
    {
      model: "claude-opus-4-5-20251101",
      inputTokens: 100,
      outputTokens: 20,
      cachedInputTokens: 50,
      cacheWriteTokens: 0,
      costMicroUsd: 100 * 5 + 20 * 25 + 50 * 0.5,
    },
  ]);
});

test("uses the invoke method for a request that does not stream", async (t) => {
  const { ask, fake, recorded } = await behindBedrock(t);
  const { status, body } = await ask("/v1/messages", { body: request() });
  assert.equal(status, 200);
  assert.equal(JSON.parse(body).content[0].text, "Hello");
  assert.match(fake.asked[0]!.url, /\/invoke$/);
  assert.equal(recorded[0]!.outputTokens, 20);
});

test("signs with the organization's credential, for its region", async (t) => {
  const own = {
    accessKeyId: "AKIAOWN",
    secretAccessKey: "own",
    region: "us-west-2",
  };
  const { ask, fake } = await behindBedrock(t, { credential: own, bedrock: own });
  assert.equal((await ask("/v1/messages", { body: request() })).status, 200);
  assert.match(fake.asked[0]!.model, /^us\.anthropic\./);
});

for (const [what, wrong] of [
  ["secret", { secretAccessKey: "another" }],
  ["key", { accessKeyId: "AKIAANOTHER" }],
  ["region", { region: "us-east-1" }],
  ["time", { nowMs: () => now + 3_600_000 }],
] as const) {
  test(`control: a signature with another ${what} is rejected, in the family's error format`, async (t) => {
    const { ask, fake, gateway } = await behindBedrock(t, { bedrock: wrong });
    const { status, body } = await ask("/v1/messages", { body: request({ stream: true }) });
    assert.equal(status, 403);
    assert.equal(JSON.parse(body).error.type, "permission_error");
    assert.equal(fake.refused.length, 1);
    assert.match(gateway.lastFailure()!, /403: .{10}/);
    assert.deepEqual(fake.asked, []);
  });
}

test("removes fields that only Anthropic supports, and keeps fields that Bedrock supports", async (t) => {
  const { ask, fake } = await behindBedrock(t);
  const body = request({
    stream: true,
    service_tier: "auto",
    speed: "fast",
    thinking: { type: "enabled", budget_tokens: 1_024 },
    context_management: { edits: [] },
    output_config: { effort: "high" },
    system: [{ type: "text", text: "Be.", cache_control: { type: "ephemeral", ttl: "1h", scope: "global" } }],
  });
  const headers = {
    "anthropic-beta":
      "claude-code-20250219,interleaved-thinking-2025-05-14,context-management-2025-06-27,prompt-caching-scope-2026-01-05",
  };
  assert.equal((await ask("/v1/messages", { body, headers })).status, 200);
  const [{ body: got }] = fake.asked as [(typeof fake.asked)[0] & {}];
  assert.deepEqual(got.anthropic_beta, ["interleaved-thinking-2025-05-14", "context-management-2025-06-27"]);
  assert.deepEqual(got.context_management, { edits: [] });
  assert.equal(got.output_config, undefined, "removes a field whose beta was not requested");
  assert.deepEqual(got.system, [
    { type: "text", text: "Be.", cache_control: { type: "ephemeral", ttl: "1h" } },
  ]);
});

test("rejects anything but messages without contacting Bedrock", async (t) => {
  const { ask, fake } = await behindBedrock(t);
  for (const [path, method] of [
    ["/v1/messages/count_tokens", "POST"],
    ["/v1/models", "GET"],
    ["/v1/models/x", "GET"],
    ["/v1/files", "POST"],
  ] as const) {
    const { status } = await ask(path, { method, body: request() });
    assert.equal(status, 404, path);
  }
  assert.deepEqual([fake.asked, fake.refused], [[], []]);
});

test("does not let a model name change the path of the request", async (t) => {
  const { ask, fake } = await behindBedrock(t);
  for (const model of [
    "anthropic.claude-x/../../foundation-models",
    "../x",
    "anthropic.claude-x?a=b#c",
    "",
  ]) {
    await ask("/v1/messages", { body: request({ model }) });
  }
  assert.notEqual(fake.asked.length + fake.refused.length, 0, "requests reach Bedrock");
  for (const { url } of fake.asked) assert.match(url, /^\/model\/[^/?#]+\/invoke$/);
  assert.ok(
    fake.refused.every((why) => /identifier is invalid/.test(why)),
    fake.refused.join(),
  );
});

test("rejects provider-side tools without open egress, and sends nothing once the budget is spent", async (t) => {
  const body = request({ tools: [{ type: "web_search_20250305", name: "web_search" }] });
  const closed = await behindBedrock(t);
  assert.equal((await closed.ask("/v1/messages", { body })).status, 400);
  const open = await behindBedrock(t, { reachesNetwork: true });
  assert.equal((await open.ask("/v1/messages", { body })).status, 200, "control");
  const spent = await behindBedrock(t, {
    meter: { hasBudget: true, admit: async () => "budget reached: 1" },
  });
  const { status, body: refusal } = await spent.ask("/v1/messages", { body: request() });
  assert.equal(status, 402);
  assert.match(refusal, /budget reached/);
  assert.deepEqual([closed.fake.asked, spent.fake.asked], [[], []]);
});

test("with a budget, prices a model by its Bedrock name, and rejects one without a price", async (t) => {
  const { ask, fake } = await behindBedrock(t, { meter: { hasBudget: true } });
  const known = "jp.anthropic.claude-sonnet-4-6";
  assert.equal((await ask("/v1/messages", { body: request({ model: known }) })).status, 200);
  assert.equal(fake.asked[0]!.model, known);
  const { status, body } = await ask("/v1/messages", {
    body: request({ model: "anthropic.claude-unheard-of" }),
  });
  assert.equal(status, 400);
  assert.match(body, /no price/);
});

test("retries a throttled or overloaded request with a new signature, and reports the final failure", async (t) => {
  let failures = 2;
  const { ask, fake, waits } = await behindBedrock(t, {
    bedrock: {
      service: (body) => (failures-- > 0 ? failWith(429, "Too many tokens")(body) : respondHello(body)),
    },
  });
  assert.equal((await ask("/v1/messages", { body: request({ stream: true }) })).status, 200);
  assert.equal(waits.length, 2);
  assert.equal(fake.refused.length, 2);

  const down = await behindBedrock(t, { bedrock: { service: failWith(529, "overloaded") } });
  const { status, body } = await down.ask("/v1/messages", { body: request({ stream: true }) });
  assert.equal(status, 503);
  assert.equal(JSON.parse(body).error.message, "overloaded");
});

test("converts an exception in mid-stream to an error event, and still counts the usage so far", async (t) => {
  const { ask, recorded } = await behindBedrock(t, {
    bedrock: {
      mangle: (message, index) =>
        index < 3 ? message : exceptionMessage("throttlingException", "Slow down, please"),
    },
  });
  const { body } = await ask("/v1/messages", { body: request({ stream: true }) });
  assert.match(body, /event: error\ndata: .*"rate_limit_error","message":"Slow down, please"/);
  assert.equal(recorded.length, 1);
  assert.equal(recorded[0]!.inputTokens, 100);
});

for (const [what, mangle] of [
  [
    "with a wrong checksum",
    (message: Buffer) => Buffer.concat([message.subarray(0, -1), Buffer.from([message.at(-1)! ^ 1])]),
  ],
  ["with an impossible length", () => Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0])],
  ["that is truncated", () => null],
] as const) {
  test(`aborts the response after an event ${what}, so that the response does not look complete`, async (t) => {
    const { ask, recorded, gateway } = await behindBedrock(t, {
      bedrock: { mangle: (message, index) => (index < 3 ? message : mangle(message)) },
    });
    await assert.rejects(
      ask("/v1/messages", { body: request({ stream: true }) }),
      /aborted|hang up|ECONNRESET/,
    );
    await gateway.close();
    assert.match(gateway.lastFailure()!, /in the middle of a response/);
    assert.equal(recorded[0]!.inputTokens, 100);
  });
}
