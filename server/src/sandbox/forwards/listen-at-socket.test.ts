import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import type { ForwardedConnection } from "../../core/turns/index.ts";
import { socketAt } from "./listen-at-socket.ts";

const user = { uid: process.getuid!(), gid: process.getgid!() };
const greet = (words: string) => (connection: ForwardedConnection) => void connection.end(words);

test("replaces an old socket with a socket to which only its user can connect", async (t) => {
  const socketPath = await makeSocketPath(t);
  await writeFile(socketPath, "left by an earlier server");
  const listener = await socketAt({ socketPath, ...user }).listen(greet("hello"));
  assert.equal(await text(connect(socketPath)), "hello");
  const found = await stat(socketPath);
  assert.ok(found.isSocket());
  assert.equal(found.mode & 0o777, 0o600);
  await listener.close();
  assert.ok(!existsSync(socketPath));
  await listener.close();
});

test("makes the sandbox's user the owner of the socket", {
  skip: user.uid !== 0 && "needs root",
}, async (t) => {
  const socketPath = await makeSocketPath(t);
  const listener = await socketAt({ socketPath, uid: 300_001, gid: 300_002 }).listen(greet("hello"));
  const { uid, gid } = await stat(socketPath);
  assert.deepEqual({ uid, gid }, { uid: 300_001, gid: 300_002 });
  await listener.close();
});

test("explains why the socket cannot be created", async (t) => {
  const file = await makeSocketPath(t);
  await writeFile(file, "");
  const listenAt = (socketPath: string) => socketAt({ socketPath, ...user }).listen(greet("hello"));
  await assert.rejects(listenAt(join(file, "model.sock")), {
    code: "unavailable",
    message: /cannot listen at .*model\.sock/,
  });
  const long = join(await makeSocketPath(t), "x".repeat(100));
  await assert.rejects(listenAt(long), { code: "unavailable", message: /TEMBO_DATA_DIR/ });
  await (await listenAt(join(await makeSocketPath(t), "made", "model.sock"))).close();
});

test("keeps a new listener's socket when the listener that it replaced closes late", async (t) => {
  const socketPath = await makeSocketPath(t);
  const first = await socketAt({ socketPath, ...user }).listen(greet("first"));
  const second = await socketAt({ socketPath, ...user }).listen(greet("second"));
  await first.close();
  assert.equal(await text(connect(socketPath)), "second");
  await second.close();
});

test("keeps a connection open after its listener has closed", async (t) => {
  const socketPath = await makeSocketPath(t);
  const accepted = Promise.withResolvers<ForwardedConnection>();
  const listener = await socketAt({ socketPath, ...user }).listen(accepted.resolve);
  const client = connect(socketPath);
  await once(client, "connect");
  const connection = await accepted.promise;
  await listener.close();
  const received = text(client);
  connection.end("late");
  assert.equal(await received, "late");
  client.destroy();
});

async function makeSocketPath(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tembo-socket-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "s");
}
