import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { setImmediate as turnOfTheLoop } from "node:timers/promises";
import { encodeFrame, FrameReader, frameKinds, maxPayloadBytes } from "./frames.ts";
import { type MultiplexedStream, windowBytes } from "./multiplexed-stream.ts";
import { Multiplexer } from "./multiplexer.ts";

test("assembles frames from pieces of any size", () => {
  const sent = Buffer.concat([
    encodeFrame(frameKinds.open, 1, Buffer.from("{}")),
    encodeFrame(frameKinds.data, 1, Buffer.alloc(maxPayloadBytes, "x")),
    encodeFrame(frameKinds.end, 1, Buffer.alloc(0)),
  ]);
  for (const size of [1, 7, 50_000, sent.length]) {
    const reader = new FrameReader();
    const frames = [];
    for (let at = 0; at < sent.length; at += size) frames.push(...reader.take(sent.subarray(at, at + size)));
    assert.deepEqual(
      frames.map(({ kind, streamId, payload }) => [kind, streamId, payload.length]),
      [
        [frameKinds.open, 1, 2],
        [frameKinds.data, 1, maxPayloadBytes],
        [frameKinds.end, 1, 0],
      ],
    );
  }
});

test("rejects a frame whose size in the header is too large, on both sides", () => {
  assert.throws(() => encodeFrame(frameKinds.data, 1, Buffer.alloc(maxPayloadBytes + 1)), /at most/);
  const head = encodeFrame(frameKinds.data, 1, Buffer.alloc(0));
  head.writeUInt32BE(maxPayloadBytes + 6, 0);
  assert.throws(() => new FrameReader().take(head), /too large/);
  head.writeUInt32BE(maxPayloadBytes + 5, 0);
  assert.deepEqual(new FrameReader().take(head), [], "control");
});

test("a stream that is not read blocks only its own writer", async (t) => {
  const { server, opened } = await connected(t);
  const unread = server.open("unread");
  let taken = 0;
  const writing = (async () => {
    let drained = Promise.withResolvers<void>();
    unread.on("drain", () => drained.resolve()).on("close", () => drained.resolve());
    for (; !unread.destroyed; taken += 1024) {
      if (unread.write(Buffer.alloc(1024))) continue;
      await drained.promise;
      drained = Promise.withResolvers();
    }
  })();
  const other = server.open("other");
  other.end("x".repeat(3 * windowBytes));
  const far = await opened(2);
  assert.equal((await text(far[1]!)).length, 3 * windowBytes);
  let before = -1;
  while (before !== taken) {
    before = taken;
    for (let turn = 0; turn < 100; turn++) await turnOfTheLoop();
  }
  // The limit is the window, plus the buffers of the Node streams at both ends.
  assert.ok(taken >= windowBytes && taken < windowBytes + 512 * 1024, `the writer sent ${taken} bytes`);
  far[0]!.resume();
  while (taken < 4 * windowBytes) await turnOfTheLoop();
  unread.destroy();
  await writing;
});

test("each side can end its direction separately, and destroying a stream destroys the other end", async (t) => {
  const { server, opened } = await connected(t);
  const one = server.open("one");
  one.end("question");
  const [far] = await opened(1);
  assert.equal(await text(far!), "question");
  far!.end("answer");
  assert.equal(await text(one), "answer");
  const two = server.open("two");
  two.write("half");
  const farTwo = (await opened(2))[1]!;
  const received = text(farTwo);
  two.destroy();
  await assert.rejects(received, { code: "ERR_STREAM_PREMATURE_CLOSE" });
});

test("closes the connection if a side exceeds its window", async (t) => {
  const { raw, closed } = await halfConnected(t);
  raw.write(encodeFrame(frameKinds.open, 1, Buffer.from('"x"')));
  for (let sent = 0; sent <= windowBytes; sent += maxPayloadBytes)
    raw.write(encodeFrame(frameKinds.data, 1, Buffer.alloc(maxPayloadBytes)));
  assert.match((await closed).message, /more than the window allows/);
});

test("resets streams beyond the limit", async (t) => {
  const { raw } = await halfConnected(t);
  for (let index = 0; index < 1_026; index++)
    raw.write(encodeFrame(frameKinds.open, 1 + 2 * index, Buffer.from('"x"')));
  const reader = new FrameReader();
  const refused: number[] = [];
  for await (const bytes of raw as AsyncIterable<Buffer>) {
    for (const { kind, streamId } of reader.take(bytes))
      if (kind === frameKinds.reset) refused.push(streamId);
    if (refused.length === 2) break;
  }
  assert.deepEqual(refused, [1 + 2 * 1_024, 1 + 2 * 1_025]);
});

test("closes the connection if a side is silent for too long", async (t) => {
  const { closed } = await halfConnected(t, { pingEveryMs: 10, silentAfterMs: 50 });
  assert.match((await closed).message, /was silent/);
});

test("a lost connection destroys every stream with its cause, and prevents new streams", async (t) => {
  const { server, agent, opened } = await connected(t);
  const stream = server.open("x");
  await opened(1);
  const failed = once(stream, "error");
  agent.close(new Error("over"));
  assert.match(String((await failed)[0]), /other side ended|was cut/);
  assert.throws(() => server.open("y"), /other side ended|was cut/);
});

interface Timing {
  readonly pingEveryMs?: number;
  readonly silentAfterMs?: number;
}

/** Creates a connection with a multiplexer at each end. */
async function connected(t: TestContext) {
  const [near, far] = await sockets(t);
  const streams: MultiplexedStream[] = [];
  let changed = Promise.withResolvers<void>();
  const server = new Multiplexer({ connection: near, side: "server", onStream() {}, onClose() {} });
  const agent = new Multiplexer({
    connection: far,
    side: "agent",
    onStream(_header, stream) {
      streams.push(stream);
      changed.resolve();
      changed = Promise.withResolvers();
    },
    onClose() {},
  });
  const opened = async (count: number) => {
    while (streams.length < count) await changed.promise;
    return streams;
  };
  return { server, agent, opened };
}

/** Creates a multiplexer at one end, and the raw connection at the other. */
async function halfConnected(t: TestContext, timing: Timing = {}) {
  const [raw, far] = await sockets(t);
  const closed = Promise.withResolvers<Error>();
  new Multiplexer({ connection: far, side: "agent", onStream() {}, onClose: closed.resolve, ...timing });
  return { raw, closed: closed.promise };
}

async function sockets(t: TestContext): Promise<[Socket, Socket]> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const near = connect(typeof address === "object" ? address!.port : 0, "127.0.0.1");
  const [far] = (await once(server, "connection")) as [Socket];
  server.close();
  t.after(() => {
    for (const socket of [near, far]) socket.destroy();
  });
  near.on("error", () => {});
  return [near, far];
}
