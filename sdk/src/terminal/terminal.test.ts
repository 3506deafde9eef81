import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { ConflictError, Tembo } from "../index.ts";
import { createFakeSockets, type FakeSocket } from "../testing/fake-sockets.ts";
import { createManualRuntime } from "../testing/manual-runtime.ts";
import { answerJson, startRecordingServer } from "../testing/recording-server.ts";

async function start(onOpen?: (socket: FakeSocket) => void) {
  const fake = createFakeSockets(() => {}, onOpen);
  const runtime = createManualRuntime();
  const server = await startRecordingServer((_, response) => answerJson(response, 200, { ticket: "t/1" }));
  const { sessions } = new Tembo({ apiKey: "k", baseURL: server.url, WebSocket: fake.WebSocket }, runtime);
  return { ...fake, sessions, runtime, server, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

test("yields output in order, and sends input in frames that the server accepts", async () => {
  await using world = await start();
  const terminal = await world.sessions.terminal("s1", { rows: 5, columns: 9 });
  const [socket] = world.sockets;
  assert.match(socket!.url, /\/v1\/sessions\/s1\/terminal\?ticket=t%2F1&rows=5&columns=9$/);
  terminal.write(`${"x".repeat(2_047)}\u{1F600}`);
  terminal.resize({ rows: 6, columns: 10 });
  socket!.receive({ type: "output", data: "one" });
  socket!.receive({ type: "output", data: "two!" });
  socket!.receive({ type: "exit", code: 7 });
  const shown: string[] = [];
  for await (const data of terminal) shown.push(data);
  assert.deepEqual([shown, terminal.exitCode, socket!.isClosed], [["one", "two!"], 7, true]);
  assert.deepEqual(socket!.sent.slice(0, 2), [
    { op: "input", data: `${"x".repeat(2_047)}\u{1F600}` },
    { op: "resize", rows: 6, columns: 10 },
  ]);
});

test("acknowledges output once it is consumed, and closes when the loop exits", async () => {
  await using world = await start();
  const terminal = await world.sessions.terminal("s1");
  const [socket] = world.sockets;
  socket!.receive({ type: "output", data: "one" });
  socket!.receive({ type: "output", data: "two!" });
  for await (const data of terminal) if (data === "two!") break;
  assert.deepEqual(socket!.sent, [{ op: "taken", characters: 3 }]);
  assert.equal(socket!.isClosed, true);
});

test("the signal closes the terminal, and its listener is removed when the terminal closes", async () => {
  await using world = await start();
  const stop = new AbortController();
  const [first, second] = [
    await world.sessions.terminal("s1", { signal: stop.signal }),
    await world.sessions.terminal("s1", { signal: stop.signal }),
  ];
  world.sockets[0]!.receive({ type: "exit", code: 0 });
  assert.deepEqual([first.exitCode, getEventListeners(stop.signal, "abort").length], [0, 1]);
  stop.abort();
  assert.equal(world.sockets[1]!.isClosed, true);
  assert.equal((await second[Symbol.asyncIterator]().next()).done, true);
  assert.equal(getEventListeners(stop.signal, "abort").length, 0);
});

test("throws the same error as a request for a server error, and throws on silence or a broken connection", async () => {
  await using refused = await start((socket) =>
    socket.receive({ type: "error", code: "conflict", error: "No." }),
  );
  await assert.rejects(refused.sessions.terminal("s1"), ConflictError);
  for (const end of ["silence", "break"]) {
    await using world = await start();
    const terminal = await world.sessions.terminal("s1");
    if (end === "silence") world.runtime.fireTimers();
    else world.sockets[0]!.dispatch("close", { code: 1008, reason: "Gone." });
    await assert.rejects(terminal[Symbol.asyncIterator]().next(), /no data for|code 1008: Gone/);
  }
});
