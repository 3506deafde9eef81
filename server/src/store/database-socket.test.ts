import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createDatabaseSocket } from "./database-socket.ts";

/** Returns the code of the error that a write causes after the peer has closed the connection. */
async function codeOf(socket: Socket, path: string): Promise<string | undefined> {
  const server = createServer((accepted) => accepted.destroy()).listen(path);
  await once(server, "listening");
  socket.allowHalfOpen = true;
  socket.connect(path);
  const failed = once(socket, "error");
  await once(socket.resume(), "end");
  socket.write("select 1");
  const [error] = (await failed) as [NodeJS.ErrnoException];
  server.close();
  return error.code;
}

test("reports every code of a lost connection as ECONNRESET, and keeps other codes", async () => {
  for (const [code, reported] of [
    ["ENETUNREACH", "ECONNRESET"],
    ["ENETDOWN", "ECONNRESET"],
    ["ETIMEDOUT", "ECONNRESET"],
    ["ENOENT", "ENOENT"],
    ["ECONNREFUSED", "ECONNREFUSED"],
  ] as const) {
    const socket = createDatabaseSocket();
    const failed = once(socket, "error");
    socket.destroy(Object.assign(new Error("no network"), { code }));
    const [error] = (await failed) as [NodeJS.ErrnoException];
    assert.equal(error.code, reported, code);
    assert.equal(error.message, "no network");
  }
});

test("treats a closed server socket as a lost connection, whatever error code the system reports", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "tembo-socket-"));
  t.after(() => rm(folder, { recursive: true }));
  assert.equal(await codeOf(new Socket(), join(folder, "plain")), "EPIPE");
  assert.equal(await codeOf(createDatabaseSocket(), join(folder, "ours")), "ECONNRESET");
});
