import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { ProviderCredential } from "../../../../core/access/index.ts";
import { type Setting, setUp } from "../../gateway-fixture.ts";
import { startVertex, type VertexSetting } from "../../testing/fake-vertex.ts";
import { failWith, respondHello } from "../../testing/messages-service.ts";

const now = Date.parse("2026-01-02T03:04:05Z");
const place = { project: "acme-models", location: "us-east5" };

async function behindVertex(
  t: TestContext,
  {
    vertex = {},
    credential: change = {},
    ...setting
  }: Omit<Setting, "credential"> & {
    vertex?: Partial<VertexSetting>;
    credential?: ProviderCredential;
  } = {},
) {
  // The gateway's clock replaces this one as soon as it exists.
  const clock = { nowMs: () => now };
  const fake = await startVertex({
    ...place,
    service: respondHello,
    nowMs: () => clock.nowMs(),
    ...vertex,
  });
  t.after(() => fake.close());
  const { serviceAccountJson, url } = fake;
  const credential = { serviceAccountJson, ...place, ...change };
  const gateway = await setUp(t, {
    provider: "vertex",
    providers: () => ({
      vertex: { credential, addresses: { baseUrl: url, tokenUrl: `${url}/token` } },
    }),
    ...setting,
  });
  clock.nowMs = () => gateway.clock.nowMs;
  return { ...gateway, fake };
}

const request = (change: object = {}) =>
  JSON.stringify({
    model: "claude-opus-4-5",
    max_tokens: 10,
    messages: [{ role: "user", content: "Hi." }],
    ...change,
  });

test("sends Anthropic requests to Anthropic's publisher path, with a token requested by a valid signature", async (t) => {
  const { ask, fake, recorded } = await behindVertex(t);
  const headers = { "anthropic-beta": "claude-code-20250219,interleaved-thinking-2025-05-14" };
  const body = request({ stream: true, speed: "fast" });
  const answer = await ask("/v1/messages?beta=true", { body, headers });
  assert.deepEqual(fake.refused, []);
  assert.equal(answer.status, 200, answer.body);
  assert.equal(answer.body, await respondHello({ stream: true }).then((response) => response.text()));
  const [got] = fake.asked as [(typeof fake.asked)[0] & {}];
  assert.equal(got.model, "claude-opus-4-5@20251101");
  assert.equal(got.headers["anthropic-beta"], "interleaved-thinking-2025-05-14");
  assert.deepEqual(Object.keys(got.body).sort(), ["anthropic_version", "max_tokens", "messages", "stream"]);
  assert.equal(recorded[0]!.costMicroUsd, 100 * 5 + 20 * 25 + 50 * 0.5);
});

test("forwards non-streaming requests and token-counting requests", async (t) => {
  const { ask } = await behindVertex(t);
  assert.equal(JSON.parse((await ask("/v1/messages", { body: request() })).body).content[0].text, "Hello");
  const counted = await ask("/v1/messages/count_tokens", { body: request() });
  assert.deepEqual(JSON.parse(counted.body), { input_tokens: 7 });
});

test("sends Gemini requests to Google's publisher path", async (t) => {
  const usageMetadata = { promptTokenCount: 30, candidatesTokenCount: 5 };
  const { ask, fake, recorded } = await behindVertex(t, {
    family: "gemini",
    vertex: {
      gemini: async () =>
        new Response(`data: ${JSON.stringify({ candidates: [], usageMetadata })}\n\n`, {
          headers: { "content-type": "text/event-stream" },
        }),
    },
  });
  const { status } = await ask("/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse&key=client", {
    body: '{"contents":[]}',
  });
  assert.equal(status, 200);
  assert.match(
    fake.asked[0]!.url,
    /\/publishers\/google\/models\/gemini-2\.5-pro:streamGenerateContent\?alt=sse$/,
  );
  assert.deepEqual([recorded[0]!.inputTokens, recorded[0]!.outputTokens], [30, 5]);
  for (const path of ["/v1beta/models/gemini-2.5-pro:embedContent", "/v1beta/models/..:generateContent"])
    assert.equal((await ask(path, { body: "{}" })).status === 200, false, path);
  assert.equal(fake.asked.length, 1);
});

test("reuses a token until shortly before it expires, and requests only one for concurrent requests", async (t) => {
  const { ask, fake, clock } = await behindVertex(t);
  await Promise.all([1, 2, 3].map(() => ask("/v1/messages", { body: request() })));
  assert.equal(fake.tokens(), 1);
  clock.nowMs += 3_400_000;
  const { status } = await ask("/v1/messages", { body: request() });
  assert.deepEqual([status, fake.tokens()], [200, 2]);
});

test("reports a service account that Google rejects, without retrying and without revealing the key", async (t) => {
  const other = await startVertex({ ...place, service: respondHello });
  t.after(() => other.close());
  const { ask, fake, gateway, waits } = await behindVertex(t, {
    credential: { serviceAccountJson: other.serviceAccountJson },
  });
  const { status, body, headers } = await ask("/v1/messages", { body: request() });
  assert.equal(status, 401);
  assert.equal(headers["x-should-retry"], "false");
  assert.equal(JSON.parse(body).error.type, "authentication_error");
  assert.match(
    gateway.lastFailure()!,
    /Google rejected the service account \(status 400\): Invalid JWT Signature/,
  );
  assert.ok(!body.includes("PRIVATE"));
  assert.deepEqual([fake.asked, waits], [[], []]);
});

test("reports an invalid private key without repeating its content", async (t) => {
  const serviceAccountJson = JSON.stringify({
    client_email: "a@example.com",
    private_key: "-----BEGIN PRIVATE KEY-----\nhidden-text\n-----END PRIVATE KEY-----\n",
  });
  const { ask } = await behindVertex(t, { credential: { serviceAccountJson } });
  const { status, body } = await ask("/v1/messages", { body: request() });
  assert.equal(status, 401);
  assert.match(body, /service account's private key is not valid/);
  assert.ok(!body.includes("hidden-text"));
});

test("ignores the token URL in the key file, and reports a project that the account cannot use", async (t) => {
  const { ask, fake } = await behindVertex(t);
  assert.match(fake.serviceAccountJson, /169\.254\.169\.254/, "the key file contains another token address");
  assert.equal((await ask("/v1/messages", { body: request() })).status, 200);
  const elsewhere = await behindVertex(t, { credential: { project: "another-project" } });
  const { status, body } = await elsewhere.ask("/v1/messages", { body: request() });
  assert.equal(status, 403);
  assert.deepEqual(JSON.parse(body).error, {
    type: "permission_error",
    message: "Permission denied on resource project another-project.",
  });
});

test("rejects a model name that would change the path, and rejects unsupported requests", async (t) => {
  const { ask, fake } = await behindVertex(t);
  for (const model of ["../x", "..", "a/b", "a?b", "a:rawPredict", ""])
    assert.equal((await ask("/v1/messages", { body: request({ model }) })).status, 400, model);
  assert.equal((await ask("/v1/models", { method: "GET" })).status, 404);
  assert.deepEqual([fake.asked, fake.refused], [[], []]);
});

test("rejects provider-side tools without open egress", async (t) => {
  const body = request({ tools: [{ type: "web_search_20250305", name: "web_search" }] });
  const { ask, fake } = await behindVertex(t);
  assert.equal((await ask("/v1/messages", { body })).status, 400);
  const gemini = await behindVertex(t, { family: "gemini" });
  const grounded = { body: '{"contents":[],"tools":[{"googleSearch":{}}]}' };
  assert.equal((await gemini.ask("/v1/models/gemini-2.5-pro:generateContent", grounded)).status, 400);
  assert.deepEqual([fake.asked, gemini.fake.asked], [[], []]);
  const open = await behindVertex(t, { family: "gemini", reachesNetwork: true });
  assert.equal(
    (await open.ask("/v1/models/gemini-2.5-pro:generateContent", grounded)).status,
    200,
    "control",
  );
});

test("returns a model's error with its original status and message", async (t) => {
  const { ask } = await behindVertex(t, { vertex: { service: failWith(400, "max_tokens: too large") } });
  const { status, body } = await ask("/v1/messages", { body: request() });
  assert.equal(status, 400);
  assert.equal(JSON.parse(body).error.message, "max_tokens: too large");
});
