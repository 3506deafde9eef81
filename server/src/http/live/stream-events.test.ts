import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { AppError } from "../../core/base/index.ts";
import type { SessionEvent } from "../../core/sessions/index.ts";
import { whenAborted } from "../../runtime/on-abort.ts";
import { activityFrame, type EventStream, streamEvents } from "./stream-events.ts";

const eventAt = (seq: number): SessionEvent => ({
  sessionId: "s",
  seq,
  messageId: null,
  data: { type: "notice", message: "x".repeat(100) },
  createdAt: new Date(0),
});

/** Creates a response whose client reads only when the test does. */
function aResponse(highWaterMark: number) {
  const wire = new PassThrough({ highWaterMark });
  return { wire, response: Object.assign(wire, { writeHead: () => wire }) as unknown as ServerResponse };
}

/** Yields no events, and ends when the signal aborts. */
async function* silence(signal: AbortSignal): AsyncGenerator<SessionEvent> {
  await whenAborted(signal);
  yield* [];
}

const warnings: string[] = [];
const stream = (change: Partial<EventStream<SessionEvent>>): EventStream<SessionEvent> => ({
  follow: silence,
  frame: activityFrame,
  requireAllowed: async () => {},
  log: { info: () => {}, error: () => {}, warn: (_, message) => void warnings.push(message) },
  ...change,
});

test("pauses reading events while the client reads nothing, and sends all events to a client that reads", async () => {
  const { wire, response } = aResponse(1_000);
  let yieldedCount = 0;
  async function* events() {
    for (; yieldedCount < 1_000; ) yield eventAt(++yieldedCount);
  }
  const done = streamEvents(response, stream({ follow: events }));
  await new Promise(setImmediate);
  const before = yieldedCount;
  assert.ok(before < 20, `read ${before} of 1,000 events`);
  await new Promise(setImmediate);
  assert.equal(yieldedCount, before, "stops reading while the client does not read");
  let text = "";
  for await (const chunk of wire) text += chunk;
  await done;
  assert.equal(text.match(/^id: /gm)?.length, 1_000);
  assert.match(text, /^: connected\n\nevent: activity\nid: 1\ndata: \{.*\}\n\nevent/);
});

test("stops following events when the client disconnects", async () => {
  const { wire, response } = aResponse(10);
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  async function* events() {
    try {
      for (let seq = 1; ; seq++) yield eventAt(seq);
    } finally {
      resolve();
    }
  }
  const done = streamEvents(response, stream({ follow: events }));
  await new Promise(setImmediate);
  wire.destroy();
  await Promise.all([done, ended]);
  assert.deepEqual(warnings, [], "logs no warning");
});

test("sends heartbeats while the key is valid, and then ends the stream", async () => {
  const { wire, response } = aResponse(10_000);
  const answers = [
    async () => {},
    () => Promise.reject(new AppError("unavailable", "The database is not reachable.")),
    async () => {},
    () => Promise.reject(new AppError("unauthenticated", "Revoked.")),
  ];
  const requireAllowed = () => answers.shift()!();
  await streamEvents(response, stream({ requireAllowed, heartbeatMs: 1 }));
  const text = wire.read().toString() as string;
  assert.equal(text, `: connected\n\n${"event: heartbeat\ndata: {}\n\n".repeat(2)}`);
});

test("ends the stream without a warning when the session is no longer visible", async () => {
  const { response } = aResponse(10_000);
  const requireAllowed = () => Promise.reject(new AppError("not_found", "Session x was not found."));
  await streamEvents(response, stream({ requireAllowed, heartbeatMs: 1 }));
  assert.ok(response.writableEnded);
  const follow = () => {
    throw new AppError("not_found", "Session x was not found.");
  };
  const other = aResponse(10_000);
  await streamEvents(other.response, stream({ follow }));
  assert.ok(other.response.writableEnded);
  assert.deepEqual(warnings, []);
});

test("ends the stream, and logs a warning, when events cannot be read", async () => {
  const { response } = aResponse(10_000);
  const follow = () => {
    throw new Error("gone");
  };
  await streamEvents(response, stream({ follow }));
  assert.match(warnings.splice(0).join(), /ended early/);
  assert.ok(response.writableEnded);
});

test("ends a stream with an error event when the client reads nothing for too long", async () => {
  const { wire, response } = aResponse(10);
  async function* events() {
    for (let seq = 1; seq <= 3; seq++) yield eventAt(seq);
  }
  await streamEvents(response, stream({ follow: events, stallMs: 1 }));
  let text = "";
  for await (const chunk of wire) text += chunk;
  assert.equal(text.match(/^id: /gm)?.length, 1);
  assert.match(
    text,
    /\n\nevent: error\ndata: \{"error":"The client did not read for too long\. Reconnect.*"\}\n\n$/,
  );

  const control = aResponse(10);
  const done = streamEvents(control.response, stream({ follow: events, stallMs: 60_000 }));
  let all = "";
  for await (const chunk of control.wire) all += chunk;
  await done;
  assert.equal(all.match(/^id: /gm)?.length, 3);
  assert.doesNotMatch(all, /event: error/);
});

test("ends a new stream immediately while the server is stopping", async () => {
  const { wire, response } = aResponse(1_000);
  await streamEvents(response, stream({ serverEnds: AbortSignal.abort() }));
  let text = "";
  for await (const chunk of wire) text += chunk;
  assert.equal(text, ": connected\n\n: the server is shutting down; reconnect\nretry: 1000\n\n");
});
