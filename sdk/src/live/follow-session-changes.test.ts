import assert from "node:assert/strict";
import { test } from "node:test";
import { NotFoundError, Tembo } from "../index.ts";
import { createFakeSockets, type FakeSocket } from "../testing/fake-sockets.ts";
import { createManualRuntime } from "../testing/manual-runtime.ts";
import { answerJson, startRecordingServer } from "../testing/recording-server.ts";

const confirm = (socket: FakeSocket, { id }: { readonly id: string }) =>
  socket.receive({ id, type: "ready" });

async function start(fake: ReturnType<typeof createFakeSockets>, runtime = createManualRuntime()) {
  const server = await startRecordingServer((_, response) => answerJson(response, 200, { ticket: "t/1" }));
  const client = new Tembo({ apiKey: "k", baseURL: server.url, WebSocket: fake.WebSocket }, runtime);
  return { live: client.live, runtime, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

test("yields each connection and the changes after it, which are one while the consumer works", async () => {
  const fake = createFakeSockets(confirm);
  await using world = await start(fake);
  const changes = world.live.sessionChanges();
  assert.deepEqual((await changes.next()).value, { type: "connected" });
  const [socket] = fake.sockets;
  assert.match(socket!.url, /\/v1\/live\?ticket=t%2F1$/);
  assert.deepEqual(socket!.sent, [
    { op: "subscribe", id: "changes", resource: "sessions.changes", input: {} },
  ]);
  for (let n = 0; n < 3; n++) socket!.receive({ id: "changes", type: "change" });
  assert.deepEqual((await changes.next()).value, { type: "change" });
  const next = changes.next();
  socket!.receive({ type: "heartbeat" });
  socket!.dispatch("close", { code: 1001 });
  assert.deepEqual((await next).value, { type: "connected" });
  assert.equal(fake.sockets.length, 2);
  assert.deepEqual(world.runtime.pauses, [250]);
  await changes.return();
  assert.equal(fake.sockets[1]!.isClosed, true);
});

test("ends when the signal aborts, and closes the socket", async () => {
  const fake = createFakeSockets(confirm);
  await using world = await start(fake);
  const stop = new AbortController();
  const changes = world.live.sessionChanges({ signal: stop.signal });
  await changes.next();
  const next = changes.next();
  stop.abort();
  assert.equal((await next).done, true);
  assert.equal(fake.sockets[0]!.isClosed, true);
  assert.equal((await world.live.sessionChanges({ signal: stop.signal }).next()).done, true);
});

test("throws the error of a rejected subscription, and of a server that stays unreachable", async () => {
  const refused = createFakeSockets((socket, { id }) =>
    socket.receive({ id, type: "error", code: "not_found", error: "No." }),
  );
  await using world = await start(refused);
  await assert.rejects(world.live.sessionChanges().next(), NotFoundError);
  const broken = createFakeSockets(confirm, (socket) => socket.dispatch("error"));
  await using other = await start(broken);
  await assert.rejects(other.live.sessionChanges({ maxAttempts: 3 }).next(), /The live connection failed/);
  assert.equal(broken.sockets.length, 3);
});
