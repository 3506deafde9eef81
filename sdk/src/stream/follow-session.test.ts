import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { test } from "node:test";
import { APIConnectionTimeoutError, Tembo } from "../index.ts";
import { createManualRuntime } from "../testing/manual-runtime.ts";
import { answerJson, startRecordingServer } from "../testing/recording-server.ts";

const sse = { "content-type": "text/event-stream; charset=utf-8" };
const activity = (id: number) =>
  `event: activity\nid: ${id}\ndata: ${JSON.stringify({ id, eventData: { type: "notice" } })}\n\n`;
const send = (response: ServerResponse, ...ids: number[]) =>
  response.writeHead(200, sse).write(ids.map(activity).join(""));

function start(answer: (response: ServerResponse, index: number) => void) {
  return startRecordingServer((_, response, index) => answer(response, index));
}

async function take(events: AsyncIterable<{ id: number }>, count: number): Promise<number[]> {
  const ids: number[] = [];
  for await (const { id } of events) if (ids.push(id) === count) break;
  return ids;
}

test("yields each event once and in order when connections break or end, or events are repeated", async () => {
  await using server = await start((response, index) => {
    if (index === 0) {
      // The response ends in the middle of event 3.
      response.writeHead(200, sse).write(activity(1) + activity(2) + activity(3).slice(0, 20));
      setImmediate(() => response.destroy());
    } else if (index === 1) {
      send(response, 2, 3, 4);
      response.end();
    } else if (index === 2) response.writeHead(200, sse).end("event: heartbeat\ndata: {}\n\n");
    else send(response, 5);
  });
  const client = new Tembo({ apiKey: "k", baseURL: server.url }, createManualRuntime());
  assert.deepEqual(await take(client.session.events("s1"), 5), [1, 2, 3, 4, 5]);
  assert.deepEqual(
    server.requests.map((request) => request.headers["last-event-id"]),
    ["0", "2", "4", "4"],
  );
  assert.equal(server.requests[0]!.url, "/v1/sessions/s1/events/stream");
  assert.equal(server.requests[0]!.headers.accept, "text/event-stream");
});

test("starts after the specified event, and skips frames other than activity events", async () => {
  await using server = await start((response) => {
    response.writeHead(200, sse).write("event: session\ndata: {}\n\n: hi\n\n");
    response.write(activity(8));
  });
  const client = new Tembo({ apiKey: "k", baseURL: server.url }, createManualRuntime());
  assert.deepEqual(await take(client.session.events("s1", { after: 7 }), 1), [8]);
  assert.equal(server.requests[0]!.headers["last-event-id"], "7");
});

test("reconnects when a connection sends no data", async () => {
  const runtime = createManualRuntime();
  await using server = await start((response, index) => {
    send(response, index + 1);
  });
  const client = new Tembo({ apiKey: "k", baseURL: server.url }, runtime);
  const events = client.session.events("s1");
  assert.equal((await events.next()).value?.id, 1);
  const next = events.next();
  setImmediate(runtime.fireTimers);
  assert.equal((await next).value?.id, 2);
  await events.return();
});

test("times out after the maximum number of attempts if the server never responds", async () => {
  const runtime = createManualRuntime();
  await using server = await start(() => setImmediate(runtime.fireTimers));
  const client = new Tembo({ apiKey: "k", baseURL: server.url }, runtime);
  await assert.rejects(client.session.events("s1", { maxAttempts: 3 }).next(), APIConnectionTimeoutError);
  assert.equal(server.requests.length, 3);
  assert.deepEqual(runtime.pauses, [500, 1000]);
});

test("limits consecutive attempts without an event, and resets the count after an event", async () => {
  const runtime = createManualRuntime();
  await using server = await start((response, index) => {
    if (index === 2) {
      send(response, 1);
      response.end();
    } else answerJson(response, 503, { error: "Starting." });
  });
  const client = new Tembo({ apiKey: "k", baseURL: server.url }, runtime);
  const events = client.session.events("s1", { maxAttempts: 3 });
  assert.equal((await events.next()).value?.id, 1);
  await assert.rejects(events.next(), { status: 503 });
  assert.equal(server.requests.length, 3 + 2);
});

test("calls onOpen for each open connection, but not for a rejected one", async () => {
  await using server = await start((response, index) => {
    if (index === 1) answerJson(response, 503, { error: "Starting." });
    else response.writeHead(200, sse).end(activity(index + 1));
  });
  const client = new Tembo({ apiKey: "k", baseURL: server.url }, createManualRuntime());
  let opened = 0;
  await take(client.session.events("s1", { onOpen: () => opened++ }), 2);
  assert.equal(server.requests.length, 3);
  assert.equal(opened, 2);
});

test("counts a stream that closes without sending a byte as a failed attempt", async () => {
  await using server = await start((response) => response.writeHead(200, sse).end());
  const client = new Tembo({ apiKey: "k", baseURL: server.url }, createManualRuntime());
  await assert.rejects(client.session.events("s1", { maxAttempts: 4 }).next(), /without sending any/);
  assert.equal(server.requests.length, 4);
});

test("waits between healthy connections for the delay that the stream requests", async () => {
  const runtime = createManualRuntime();
  await using server = await start((response, index) => {
    response.writeHead(200, sse).end(`retry: 700\n${activity(index + 1)}`);
  });
  const client = new Tembo({ apiKey: "k", baseURL: server.url }, runtime);
  await take(client.session.events("s1"), 2);
  assert.deepEqual(runtime.pauses, [700]);
});

for (const status of [401, 403, 404, 400]) {
  test(`throws on status ${status} without retrying`, async () => {
    await using server = await start((response) => answerJson(response, status, { error: "No." }));
    const client = new Tembo({ apiKey: "k", baseURL: server.url }, createManualRuntime());
    await assert.rejects(client.session.events("s1").next(), { status, message: "No." });
    assert.equal(server.requests.length, 1);
  });
}

test("throws an error about the base URL if the response is not an event stream", async () => {
  await using server = await start((response) =>
    response.writeHead(200, { "content-type": "text/html" }).end("hi"),
  );
  const client = new Tembo({ apiKey: "k", baseURL: server.url }, createManualRuntime());
  await assert.rejects(client.session.events("s1").next(), /base URL/);
  assert.equal(server.requests.length, 1);
});

test("the signal ends the iteration without an error, and closes the connection", async () => {
  const controller = new AbortController();
  let closed: Promise<unknown> = Promise.resolve();
  await using server = await start((response) => {
    closed = new Promise((resolve) => response.on("close", resolve));
    send(response, 1);
  });
  const client = new Tembo({ apiKey: "k", baseURL: server.url });
  const events = client.session.events("s1", { signal: controller.signal });
  await events.next();
  const next = events.next();
  controller.abort();
  assert.deepEqual(await next, { done: true, value: undefined });
  await closed;
  assert.equal(server.requests.length, 1);
});

test("closes the connection when the loop exits", async () => {
  let closed: Promise<unknown> = Promise.resolve();
  await using server = await start((response) => {
    closed = new Promise((resolve) => response.on("close", resolve));
    send(response, 1, 2);
  });
  const client = new Tembo({ apiKey: "k", baseURL: server.url });
  await take(client.session.events("s1"), 1);
  await closed;
});
