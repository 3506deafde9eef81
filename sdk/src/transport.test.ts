import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIError,
  APIUserAbortError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  Tembo,
  UnprocessableEntityError,
} from "./index.ts";
import type { Retry } from "./options.ts";
import { createManualRuntime } from "./testing/manual-runtime.ts";
import { answerJson, startRecordingServer } from "./testing/recording-server.ts";

const classes: [number, typeof APIError][] = [
  [400, BadRequestError],
  [401, AuthenticationError],
  [403, PermissionDeniedError],
  [404, NotFoundError],
  [409, ConflictError],
  [418, APIError],
  [422, UnprocessableEntityError],
  [429, RateLimitError],
  [500, InternalServerError],
  [503, InternalServerError],
];
for (const [status, Class] of classes) {
  test(`status ${status} throws ${Class.name} with the message, the body and the request id`, async () => {
    await using server = await startRecordingServer((_, response) =>
      answerJson(response, status, { error: "Change this." }, { "x-request-id": "r1" }),
    );
    const client = new Tembo({ apiKey: "k", baseURL: server.url, maxRetries: 0 });
    await assert.rejects(client.me.retrieve(), (error) => {
      assert.ok(error instanceof APIError);
      assert.equal(error.constructor, Class);
      assert.equal(error.name, Class.name);
      assert.equal(error.message, "Change this.");
      assert.equal(error.status, status);
      assert.deepEqual(error.error, { error: "Change this." });
      assert.equal(error.requestID, "r1");
      assert.equal(error.headers?.get("content-type"), "application/json");
      return true;
    });
  });
}

test("an error whose body is not JSON names its status", async () => {
  await using server = await startRecordingServer((_, response) =>
    response.writeHead(404).end("<h1>no</h1>"),
  );
  const client = new Tembo({ apiKey: "k", baseURL: server.url });
  await assert.rejects(client.me.retrieve(), {
    message: "The server responded with status 404.",
    error: "<h1>no</h1>",
  });
});

test("throws an error about the base URL if a successful response is not JSON", async () => {
  await using server = await startRecordingServer((_, response) => response.end("<h1>hi</h1>"));
  const client = new Tembo({ apiKey: "k", baseURL: server.url });
  await assert.rejects(client.me.retrieve(), /base URL/);
  assert.equal(server.requests.length, 1);
});

for (const status of [408, 409, 429, 500, 502]) {
  test(`retries status ${status} twice with increasing delays, then throws`, async () => {
    await using server = await startRecordingServer((_, response) =>
      answerJson(response, status, { error: "No." }),
    );
    const runtime = createManualRuntime();
    const client = new Tembo({ apiKey: "k", baseURL: server.url }, runtime);
    await assert.rejects(client.session.create({ prompt: "p" }), { status });
    assert.equal(server.requests.length, 3);
    assert.deepEqual(runtime.pauses, [500, 1000]);
    assert.deepEqual(server.requests[2]!.body, { prompt: "p" });
  });
}

for (const status of [400, 401, 403, 404, 422]) {
  test(`does not retry status ${status}`, async () => {
    await using server = await startRecordingServer((_, response) =>
      answerJson(response, status, { error: "No." }),
    );
    await assert.rejects(new Tembo({ apiKey: "k", baseURL: server.url }).me.retrieve(), { status });
    assert.equal(server.requests.length, 1);
  });
}

test("returns the response of a successful retry", async () => {
  await using server = await startRecordingServer((_, response, index) =>
    answerJson(response, index < 2 ? 503 : 200, { index }),
  );
  const client = new Tembo({ apiKey: "k", baseURL: server.url }, createManualRuntime());
  assert.deepEqual(await client.me.retrieve(), { index: 2 });
});

test("calls onRetry before the delay of each retry, but not for a request that succeeds", async () => {
  await using server = await startRecordingServer((_, response, index) =>
    answerJson(response, index < 1 ? 429 : 200, {}, { "retry-after": "42" }),
  );
  const received: unknown[] = [];
  const runtime = createManualRuntime();
  const onRetry = ({ error, delayMs, retry }: Retry) =>
    void received.push([error.status, delayMs, retry, runtime.pauses.length]);
  const client = new Tembo({ apiKey: "k", baseURL: server.url, onRetry }, runtime);
  await client.me.retrieve();
  await client.me.retrieve();
  assert.deepEqual(received, [[429, 42_000, 1, 0]]);
});

test("a request's maxRetries takes precedence over the client's", async () => {
  await using server = await startRecordingServer((_, response) =>
    answerJson(response, 500, { error: "No." }),
  );
  const client = new Tembo({ apiKey: "k", baseURL: server.url, maxRetries: 4 }, createManualRuntime());
  await assert.rejects(client.me.retrieve({ maxRetries: 1 }), { status: 500 });
  assert.equal(server.requests.length, 2);
});

const advised: [string, number, Record<string, string>, number[]][] = [
  ["x-should-retry: false prevents", 409, { "x-should-retry": "false" }, []],
  ["x-should-retry: true enables", 400, { "x-should-retry": "true" }, [500, 1000]],
  ["retry-after-ms delays", 429, { "retry-after-ms": "70", "retry-after": "9" }, [70, 70]],
  ["retry-after in seconds delays", 429, { "retry-after": "2" }, [2000, 2000]],
  ["retry-after as a date delays", 503, { "retry-after": "Thu, 01 Jan 2026 00:00:07 GMT" }, [7000, 7000]],
  ["an invalid retry-after does not change the delays of", 503, { "retry-after": "soon" }, [500, 1000]],
  ["a retry-after of more than a minute prevents", 429, { "retry-after": "61" }, []],
];
for (const [what, status, headers, pauses] of advised) {
  test(`${what} the retries`, async () => {
    await using server = await startRecordingServer((_, response) =>
      answerJson(response, status, { error: "No." }, headers),
    );
    const runtime = createManualRuntime();
    await assert.rejects(new Tembo({ apiKey: "k", baseURL: server.url }, runtime).me.retrieve(), { status });
    assert.deepEqual(runtime.pauses, pauses);
    assert.equal(server.requests.length, pauses.length + 1);
  });
}

test("tries an unreachable server three times, and names its address in the error", async () => {
  const placeholder = createServer().listen(0, "127.0.0.1");
  await once(placeholder, "listening");
  const { port } = placeholder.address() as { port: number };
  placeholder.close();
  await once(placeholder, "close");
  const runtime = createManualRuntime();
  const client = new Tembo({ apiKey: "k", baseURL: `http://127.0.0.1:${port}` }, runtime);
  await assert.rejects(client.me.retrieve(), (error) => {
    assert.ok(error instanceof APIConnectionError);
    assert.match(error.message, /127\.0\.0\.1:[0-9]+: .*ECONNREFUSED/);
    return true;
  });
  assert.equal(runtime.pauses.length, 2);
});

test("retries when the connection breaks in the middle of a response", async () => {
  await using server = await startRecordingServer((_, response, index) => {
    if (index > 0) return answerJson(response, 200, { ok: true });
    response.writeHead(200, { "content-length": "100" }).write("{", () => response.destroy());
  });
  const client = new Tembo({ apiKey: "k", baseURL: server.url }, createManualRuntime());
  assert.deepEqual(await client.me.retrieve(), { ok: true });
});

test("aborts and retries an attempt that takes too long, and throws a timeout after the last one", async () => {
  const runtime = createManualRuntime();
  await using server = await startRecordingServer((_, response, index) => {
    // Verifies that the timeout also covers the body.
    if (index === 1) response.writeHead(200).write("{");
    setImmediate(runtime.fireTimers);
  });
  const client = new Tembo({ apiKey: "k", baseURL: server.url, timeout: 1234 }, runtime);
  await assert.rejects(client.me.retrieve(), (error) => {
    assert.ok(error instanceof APIConnectionTimeoutError);
    assert.match(error.message, /1234 ms/);
    return true;
  });
  assert.equal(server.requests.length, 3);
});

test("the caller's signal ends a request without a retry", async () => {
  const controller = new AbortController();
  await using server = await startRecordingServer(() => controller.abort());
  const runtime = createManualRuntime();
  const client = new Tembo({ apiKey: "k", baseURL: server.url }, runtime);
  await assert.rejects(client.me.retrieve({ signal: controller.signal }), APIUserAbortError);
  await assert.rejects(client.me.retrieve({ signal: controller.signal }), APIUserAbortError);
  assert.equal(server.requests.length, 1);
  assert.deepEqual(runtime.pauses, []);
});

test("the caller's signal ends the delay between attempts", async () => {
  const controller = new AbortController();
  await using server = await startRecordingServer((_, response) => {
    answerJson(response, 503, { error: "No." }, { "retry-after": "50" });
    setImmediate(() => controller.abort());
  });
  // Uses the real clock. Without the abort, the delay would last 50 seconds.
  const client = new Tembo({ apiKey: "k", baseURL: server.url });
  await assert.rejects(client.me.retrieve({ signal: controller.signal }), APIUserAbortError);
});
