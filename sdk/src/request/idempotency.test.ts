import assert from "node:assert/strict";
import { test } from "node:test";
import { APIConnectionError, InternalServerError, RateLimitError, Tembo } from "../index.ts";
import { createManualRuntime } from "../testing/manual-runtime.ts";
import { answerJson, startRecordingServer } from "../testing/recording-server.ts";

const keysOf = (server: { requests: { headers: Record<string, unknown> }[] }) =>
  server.requests.map(({ headers }) => headers["idempotency-key"]);

test("sends each POST with its own idempotency key, and reuses the key for retries", async () => {
  await using server = await startRecordingServer((_, response, index) =>
    answerJson(response, index < 2 ? 502 : 200, { id: "s" }),
  );
  const client = new Tembo({ apiKey: "k", baseURL: server.url }, createManualRuntime());
  await client.session.create({ prompt: "p" });
  await client.session.create({ prompt: "p" });
  const keys = keysOf(server);
  assert.match(String(keys[0]), /^tembo-sdk-[0-9a-f]{32}$/);
  assert.equal(new Set(keys.slice(0, 3)).size, 1);
  assert.notEqual(keys[3], keys[0]);
});

test("prefers an idempotency key from an option or a header", async () => {
  await using server = await startRecordingServer((_, response) => answerJson(response, 200, {}));
  const client = new Tembo({ apiKey: "k", baseURL: server.url });
  await client.session.create({ prompt: "p" }, { idempotencyKey: "mine" });
  await client.session.create({ prompt: "p" }, { headers: { "Idempotency-Key": "header" } });
  await client.session.create({ prompt: "p" }, { idempotencyKey: "alone", maxRetries: 0 });
  assert.deepEqual(keysOf(server), ["mine", "header", "alone"]);
});

test("sends no idempotency key for a request that is not retried or is not a POST", async () => {
  await using server = await startRecordingServer((_, response) => answerJson(response, 200, {}));
  const client = new Tembo({ apiKey: "k", baseURL: server.url });
  await client.session.create({ prompt: "p" }, { maxRetries: 0 });
  await client.me.retrieve();
  await client.sessions.update("s1", { title: "t" });
  await client.sessions.delete("s1");
  assert.deepEqual(keysOf(server), [undefined, undefined, undefined, undefined]);
});

const update = (client: Tembo) => client.sessions.update("s1", { title: "t" });
const remove = (client: Tembo) => client.sessions.delete("s1");
const cases: [what: string, call: typeof update | typeof remove, status: number, requests: number][] = [
  ["does not resend a PATCH after an internal error", update, 500, 1],
  ["does not resend a PATCH after a conflict", update, 409, 1],
  ["resends a PATCH after a rate limit", update, 429, 3],
  ["resends a DELETE after an internal error", remove, 500, 3],
];
for (const [what, call, status, requests] of cases) {
  test(what, async () => {
    await using server = await startRecordingServer((_, response) =>
      answerJson(response, status, { error: "No." }),
    );
    const client = new Tembo({ apiKey: "k", baseURL: server.url }, createManualRuntime());
    await assert.rejects(call(client), { status });
    assert.equal(server.requests.length, requests);
  });
}

test("does not resend a PATCH after its connection breaks, but resends a POST", async () => {
  await using server = await startRecordingServer((_, response) => response.destroy());
  const client = new Tembo({ apiKey: "k", baseURL: server.url }, createManualRuntime());
  await assert.rejects(update(client), APIConnectionError);
  assert.equal(server.requests.length, 1);
  await assert.rejects(client.sessions.create({ description: "p" }), APIConnectionError);
  assert.equal(server.requests.length, 1 + 3);
});

test("sets an error's code from the response status", async () => {
  const expected = [
    [400, "invalid_input"],
    [401, "unauthenticated"],
    [403, "forbidden"],
    [404, "not_found"],
    [409, "conflict"],
    [418, null],
    [429, "rate_limited"],
    [500, "internal"],
    [502, "unreachable"],
    [503, "unavailable"],
  ] as const;
  await using server = await startRecordingServer((_, response, index) =>
    answerJson(response, expected[index]![0], { error: "No." }),
  );
  const client = new Tembo({ apiKey: "k", baseURL: server.url, maxRetries: 0 });
  for (const [status, code] of expected) await assert.rejects(client.me.retrieve(), { status, code });
  assert.ok(new InternalServerError(500, {}, "No.") instanceof Tembo.APIError);
  assert.equal(new RateLimitError(429, {}, "No.").code, "rate_limited");
});
