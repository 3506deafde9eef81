import assert from "node:assert/strict";
import { test } from "node:test";
import { AuthenticationError, NotFoundError, Tembo, TemboError } from "../index.ts";
import { confirm, createFakeSockets, type FakeSocket } from "../testing/fake-sockets.ts";
import { createManualRuntime, type ManualRuntime } from "../testing/manual-runtime.ts";
import { answerJson, startRecordingServer } from "../testing/recording-server.ts";

/** Confirms each subscription. Then sends the given events that the client has not yet received. */
const stateless =
  (...events: number[]) =>
  (socket: FakeSocket, frame: FakeSocket["sent"][number]) => {
    confirm(socket, frame);
    if (frame.op === "subscribe")
      socket.sendEvents(frame.id, ...events.filter((id) => id > (frame.input!.lastEventId ?? 0)));
  };

async function start(
  fake: ReturnType<typeof createFakeSockets>,
  { runtime = createManualRuntime(), status = 200 }: { runtime?: ManualRuntime; status?: number } = {},
) {
  let tickets = 0;
  const server = await startRecordingServer((_, response) =>
    answerJson(response, status, { ticket: `t/${++tickets}`, error: "No." }),
  );
  const client = new Tembo({ apiKey: "k", baseURL: `${server.url}/api`, WebSocket: fake.WebSocket }, runtime);
  return { live: client.live, server, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

async function take(events: AsyncIterable<{ id: number }>, count: number): Promise<number[]> {
  const ids: number[] = [];
  for await (const { id } of events) if (ids.push(id) === count) break;
  return ids;
}

test("subscribes to each session once the previous one is confirmed, and closes the socket after the loop", async () => {
  const fake = createFakeSockets(stateless(1, 2));
  await using world = await start(fake);
  const live = world.live.connect({ sessions: ["a", { sessionId: "b", after: 1 }] });
  live.subscribe({ sessionId: "c", after: null });
  live.subscribe("a");
  assert.deepEqual(await take(live, 5), [1, 2, 2, 1, 2]);
  const [socket] = fake.sockets;
  assert.equal(socket!.url, `${world.server.url.replace("http", "ws")}/api/v1/live?ticket=t%2F1`);
  assert.deepEqual(socket!.sentForms, ["+1 a>0", "+2 b>1", "+3 c>now"]);
  assert.equal(
    world.server.requests[0]!.headers["idempotency-key"],
    undefined,
    "sends no idempotency key, so that each ticket is new",
  );
  assert.equal(socket!.isClosed, true);
  assert.throws(() => live.subscribe("d"), /closed\. Create a new connection/);
  assert.deepEqual(await take(live, 1), [], "yields nothing after the end");
});

test("yields nothing after unsubscribe, not even events that were already received", async () => {
  const fake = createFakeSockets(stateless(1, 2));
  await using world = await start(fake);
  const live = world.live.connect({ sessions: ["a"] });
  const events = live[Symbol.asyncIterator]();
  assert.equal((await events.next()).value?.id, 1);
  live.unsubscribe("a");
  live.subscribe({ sessionId: "a", after: 1 });
  assert.equal((await events.next()).value?.id, 2);
  fake.sockets[0]!.sendEvents("1", 3);
  fake.sockets[0]!.sendEvents("2", 2, 4);
  assert.equal((await events.next()).value?.id, 4, "skips late events and events already received");
  live.subscribe("a");
  assert.deepEqual(fake.sockets[0]!.sentForms, ["+1 a>0", "-1", "+2 a>1"]);
  await events.return();
});

const ends: readonly [string, (socket: FakeSocket, runtime: ManualRuntime) => void, pauses: number[]][] = [
  ["closes because the server is stopping", (socket) => socket.dispatch("close", { code: 1001 }), [250]],
  ["is rejected", (socket) => socket.dispatch("close", { code: 1008, reason: "No." }), [500]],
  ["breaks", (socket) => socket.dispatch("error"), [500]],
  ["sends no data for too long", (_, runtime) => runtime.fireTimers(), [500]],
  ["sends invalid JSON", (socket) => socket.dispatch("message", { data: "{" }), [500]],
  ["sends an invalid frame", (socket) => socket.dispatch("message", { data: "null" }), [500]],
  [
    "cannot resume a subscription",
    (socket) => socket.receive({ id: "1", type: "error", code: "unavailable", error: "Later." }),
    [500],
  ],
];
for (const [what, end, pauses] of ends) {
  test(`reconnects and resumes from the last events when a connection ${what}`, async () => {
    const fake = createFakeSockets(stateless(1, 2, 3));
    const runtime = createManualRuntime();
    await using world = await start(fake, { runtime });
    const live = world.live.connect({ sessions: ["a", { sessionId: "b", after: null }] });
    const events = live[Symbol.asyncIterator]();
    for (let n = 0; n < 6; n++) await events.next();
    const next = events.next();
    end(fake.sockets[0]!, runtime);
    while (fake.sockets[1]?.sentForms.length !== 2) await new Promise(setImmediate);
    fake.sockets[1]!.sendEvents("2", 9);
    assert.equal((await next).value?.id, 9);
    assert.deepEqual(fake.sockets[1]!.sentForms, ["+1 a>3", "+2 b>3"]);
    assert.deepEqual([runtime.pauses, fake.sockets[0]!.isClosed], [pauses, true]);
    await events.return();
  });
}

test("resumes a subscription that starts at now after the last event ID that the server reported", async () => {
  const fake = createFakeSockets((socket, { id }) => socket.receive({ id, type: "ready", lastEventId: 7 }));
  await using world = await start(fake);
  const live = world.live.connect({ sessions: [{ sessionId: "a", after: null }] });
  const next = live[Symbol.asyncIterator]().next();
  while (fake.sockets[0]?.sentForms.length !== 1) await new Promise(setImmediate);
  await new Promise(setImmediate);
  fake.sockets[0]!.dispatch("close", { code: 1001 });
  while (fake.sockets[1]?.sentForms.length !== 1) await new Promise(setImmediate);
  assert.deepEqual(fake.sockets[1]!.sentForms, ["+1 a>7"]);
  live.close();
  assert.deepEqual(await next, { done: true, value: undefined });
});

test("times out if the server accepts the connection but sends nothing", async () => {
  const runtime = createManualRuntime();
  const fake = createFakeSockets(confirm, () => runtime.fireTimers());
  await using world = await start(fake, { runtime });
  const live = world.live.connect({ sessions: ["a"], maxAttempts: 2 });
  await assert.rejects(take(live, 1), /no data for 45000 ms/);
  assert.equal(fake.sockets.length, 2);
});

test("discards queued events when the connection is closed", async () => {
  const fake = createFakeSockets(stateless(1, 2, 3));
  await using world = await start(fake);
  const live = world.live.connect({ sessions: ["a"] });
  const events = live[Symbol.asyncIterator]();
  assert.equal((await events.next()).value?.id, 1);
  live.close();
  assert.equal((await events.next()).done, true);
});

const full: readonly [string, number, string][] = [
  ["events", 1_000, ""],
  ["characters", 5, "x".repeat(1_000_000)],
];
for (const [what, count, data] of full) {
  test(`limits the queued ${what} of a slow consumer, and resubscribes once all of them are consumed`, async () => {
    const fake = createFakeSockets();
    await using world = await start(fake);
    const live = world.live.connect({ sessions: ["a"] });
    const events = live[Symbol.asyncIterator]();
    const first = events.next();
    while (fake.sockets[0]?.sentForms.length !== 1) await new Promise(setImmediate);
    const [socket] = fake.sockets;
    for (let id = 1; id <= count + 50; id++) socket!.receive({ id: "1", type: "event", event: { id, data } });
    assert.deepEqual(socket!.sentForms, ["+1 a>0", "-1"]);
    assert.equal((await first).value?.id, 1);
    for (let id = 2; id <= count; id++) assert.equal((await events.next()).value?.id, id);
    const next = events.next();
    await new Promise(setImmediate);
    assert.deepEqual(socket!.sentForms, ["+1 a>0", "-1", `+2 a>${count}`]);
    socket!.sendEvents("2", count + 1);
    assert.equal((await next).value?.id, count + 1);
    await events.return();
  });
}

test("throws the server's error from the loop if a session does not exist", async () => {
  const fake = createFakeSockets((socket, { op, id }) => {
    if (op === "subscribe")
      socket.receive({ id, type: "error", code: "not_found", error: "Session b was not found." });
  });
  await using world = await start(fake);
  const live = world.live.connect({ sessions: ["a"] });
  const next = live[Symbol.asyncIterator]().next();
  await assert.rejects(next, (error) => error instanceof NotFoundError && error.status === 404);
  assert.equal(fake.sockets[0]!.isClosed, true);
  assert.throws(() => live.subscribe("c"), TemboError);
});

test("sends the next subscription after the server rejects one that is no longer wanted", async () => {
  const fake = createFakeSockets((socket, frame) => {
    if (frame.input?.scope.sessionId !== "a") stateless(1)(socket, frame);
  });
  await using world = await start(fake);
  const live = world.live.connect({ sessions: ["a", "b"] });
  const next = live[Symbol.asyncIterator]().next();
  while (fake.sockets[0]?.sentForms.length !== 1) await new Promise(setImmediate);
  live.unsubscribe("a");
  live.subscribe("c");
  assert.deepEqual(
    fake.sockets[0]!.sentForms,
    ["+1 a>0", "-1"],
    "one subscription waits for its response at a time",
  );
  fake.sockets[0]!.receive({ id: "1", type: "error", code: "not_found", error: "Session a was not found." });
  assert.equal((await next).value?.id, 1);
  assert.deepEqual(fake.sockets[0]!.sentForms, ["+1 a>0", "-1", "+2 b>0", "+3 c>0"]);
  live.close();
});

test("throws if the key is rejected, and limits the number of reconnects without an event", async () => {
  await using refused = await start(createFakeSockets(), { status: 401 });
  await assert.rejects(take(refused.live.connect(), 1), AuthenticationError);
  const closing = createFakeSockets(confirm, (socket) =>
    socket.dispatch("close", { code: 1008, reason: "Full." }),
  );
  await using world = await start(closing);
  await assert.rejects(take(world.live.connect({ maxAttempts: 3 }), 1), /closed with code 1008: Full\.$/);
  assert.equal(closing.sockets.length, 3);
});

test("close() and the signal end the loop without an error, even before the loop begins", async () => {
  const fake = createFakeSockets();
  await using world = await start(fake);
  const controller = new AbortController();
  const live = world.live.connect({ sessions: ["a"], signal: controller.signal });
  const next = live[Symbol.asyncIterator]().next();
  while (fake.sockets[0]?.sentForms.length !== 1) await new Promise(setImmediate);
  controller.abort();
  assert.deepEqual(await next, { done: true, value: undefined });
  assert.equal(fake.sockets[0]!.isClosed, true);
  assert.deepEqual(await take(world.live.connect({ signal: controller.signal }), 1), []);
  const closed = world.live.connect();
  closed.close();
  assert.deepEqual(await take(closed, 1), []);
  assert.equal(fake.sockets.length, 1);
});

test("names the package to pass if there is no global WebSocket", () => {
  const { WebSocket } = globalThis;
  Reflect.deleteProperty(globalThis, "WebSocket");
  try {
    assert.throws(() => new Tembo({ apiKey: "k" }).live.connect(), /WebSocket class of the ws package/);
  } finally {
    globalThis.WebSocket = WebSocket;
  }
});
