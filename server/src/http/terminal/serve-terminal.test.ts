import assert from "node:assert/strict";
import { test } from "node:test";
import { serveSockets } from "../live/testing/serve-sockets.ts";
import { serveTerminal } from "./serve-terminal.ts";

const bound = 256 * 1024;
const chunk = Buffer.alloc(60_000, "x");

/** Serves a terminal with endless output. Its program never reads its input. */
async function serve() {
  const shown = { chunks: 0 };
  const typed = { bytes: 0 };
  const server = await serveSockets({
    requireAllowed: async () => {},
    async *changes() {},
    serve: async (live) =>
      serveTerminal(
        live,
        {
          id: "t1",
          output: (async function* () {
            for (; shown.chunks < 100; shown.chunks++) yield chunk;
          })(),
          exited: Promise.resolve({ code: 0, signal: null }),
          type: (bytes) => {
            typed.bytes += bytes.length;
            return typed.bytes;
          },
          resize: () => {
            typed.bytes += 5;
            return typed.bytes;
          },
        },
        { info: () => {}, warn: () => {}, error: () => {} },
      ),
  });
  return { ...server, shown, typed };
}

test("sends at most 262,144 unacknowledged characters, and eventually the complete output", async () => {
  await using server = await serve();
  const client = server.connect();
  assert.deepEqual(await client.next(), { type: "ready", terminalId: "t1" });
  let [got, took] = [0, 0];
  const most = Math.floor(bound / chunk.length);
  for (let n = 0; n < most; n++) got += String((await client.next()).data).length;
  // The pong proves that all frames sent before the ping have arrived.
  client.socket.ping();
  await new Promise((resolve) => client.socket.once("pong", resolve));
  assert.deepEqual([client.waiting, server.shown.chunks], [0, most], "the next chunk is read but not sent");
  for (;;) {
    client.send({ op: "taken", characters: got - took });
    took = got;
    const frame = await client.next();
    if (frame.type === "exit") break;
    got += String(frame.data).length;
  }
  assert.equal(got, 100 * chunk.length);
  assert.equal((await client.closed).code, 1000);
});

const more: readonly [string, object][] = [
  ["input", { op: "input", data: "y" }],
  ["sizes", { op: "resize", rows: 24, columns: 80 }],
];
for (const [what, frame] of more) {
  test(`closes the terminal when more than 1 MiB of input waits for a program that does not read: ${what}`, async () => {
    await using server = await serve();
    const client = server.connect();
    await client.next();
    const data = "y".repeat(8 * 1024);
    for (let n = 0; n < 128; n++) client.send({ op: "input", data });
    client.socket.ping();
    await new Promise((resolve) => client.socket.once("pong", resolve));
    assert.equal(server.typed.bytes, 1024 * 1024, "accepts input up to the limit");
    client.send(frame);
    const { code, reason } = await client.closed;
    assert.equal(code, 1008);
    assert.match(reason, /does not read its input, and more than 1 MiB of input is queued/);
  });
}

test("closes the terminal on an invalid frame, and explains what to send", async () => {
  for (const frame of [
    "{",
    { op: "input" },
    { op: "taken", characters: 0 },
    { op: "resize", rows: 0, columns: 80 },
  ]) {
    await using server = await serve();
    const client = server.connect();
    await client.next();
    client.send(frame);
    assert.match((await client.closed).reason, /^The frame is not valid\. Send/);
  }
});
