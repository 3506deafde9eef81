import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { Streams } from "./streams.ts";

const user = { uid: process.getuid!(), gid: process.getgid!() };

test("passes a connection with a token to its stream, with the bytes that follow", async (t) => {
  const { streams, dial } = await setUp(t);
  const received = Promise.withResolvers<string>();
  const token = streams.expect((connection) => void text(connection).then(received.resolve));
  dial().end(`${token}hello`);
  assert.equal(await received.promise, "hello");
});

test("accepts a token in pieces", async (t) => {
  const { streams, dial } = await setUp(t);
  const arrived = Promise.withResolvers<void>();
  const token = streams.expect((connection) => {
    connection.destroy();
    arrived.resolve();
  });
  const socket = dial();
  for (const letter of token) await new Promise((resolve) => socket.write(letter, resolve));
  await arrived.promise;
});

test("closes a connection with an unknown, used, forgotten or incomplete token", async (t) => {
  const { streams, dial } = await setUp(t);
  let accepted = 0;
  const accept = () => {
    accepted += 1;
  };
  const [used, forgotten] = [streams.expect(accept), streams.expect(accept)];
  dial().write(used);
  while (accepted === 0) await new Promise((resolve) => setImmediate(resolve));
  streams.forget(forgotten);
  for (const bytes of ["0".repeat(32), used, forgotten, "\0".repeat(100_000)]) {
    const socket = dial();
    socket.write(bytes);
    assert.equal(await text(socket).catch(() => ""), "");
  }
  const socket = dial();
  socket.end(used.slice(1));
  assert.equal(await text(socket), "");
  assert.equal(accepted, 1);
});

test("closes the oldest connections without a token if there are too many, and keeps accepting tokens", async (t) => {
  const { streams, dial } = await setUp(t);
  const idle: Socket[] = [];
  for (let index = 0; index < 1_100; index++) {
    const socket = dial();
    await once(socket, "connect");
    idle.push(socket);
  }
  t.after(() => {
    for (const socket of idle) socket.destroy();
  });
  if (!idle[0]!.destroyed) await once(idle[0]!.resume(), "close");
  const arrived = Promise.withResolvers<void>();
  const token = streams.expect(() => arrived.resolve());
  dial().write(token);
  await arrived.promise;
  assert.equal(idle.at(-1)!.destroyed, false, "control");
});

test("removes its socket and closes connections without a token when it closes", async (t) => {
  const { streams, dial, folder } = await setUp(t);
  const socket = dial();
  await once(socket, "connect");
  // The server has accepted the connection once it passes on a later one.
  const arrived = Promise.withResolvers<void>();
  dial().write(streams.expect(() => arrived.resolve()));
  await arrived.promise;
  assert.equal((await readdir(folder)).length, 1, "control");
  await streams.close();
  if (!socket.destroyed) await once(socket.resume(), "close");
  assert.deepEqual(await readdir(folder), []);
});

async function setUp(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "tembo-streams-"));
  const socketPath = join(folder, "s");
  const streams = new Streams();
  await streams.listen({ socketPath, ...user });
  const sockets: Socket[] = [];
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    await streams.close();
    await rm(folder, { recursive: true, force: true });
  });
  const dial = () => {
    const socket = connect(socketPath);
    socket.on("error", () => {});
    sockets.push(socket);
    return socket;
  };
  return { streams, folder, dial };
}
