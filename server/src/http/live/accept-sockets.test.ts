import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { AppError } from "../../core/base/index.ts";
import type { Admitted } from "./accept-sockets.ts";
import { serveSockets } from "./testing/serve-sockets.ts";

const allowed = async () => {};
const changes = async function* () {};

test("limits the bytes that a client may send before it is served, and serves a client within the limit", async () => {
  for (const [count, isTooMuch] of [
    [100, false],
    [150, true],
  ] as const) {
    const begin = Promise.withResolvers<void>();
    let worked = 0;
    const serve: Admitted["serve"] = async (live) => {
      await begin.promise;
      return () => {
        worked += 1;
        if (worked === count) live.refuse("All of it.");
      };
    };
    await using server = await serveSockets({ serve, requireAllowed: allowed, changes });
    const client = server.connect();
    await once(client.socket, "open");
    for (let n = 0; n < count; n++) client.send("x".repeat(16 * 1024));
    if (!isTooMuch) begin.resolve();
    assert.match(
      (await client.closed).reason,
      isTooMuch ? /^More than 2 MiB of frames are queued/ : /^All of it/,
    );
    begin.resolve();
  }
});

test("closes only the failed connection, and sends the code of a rejection", async () => {
  const failures: readonly [Error, object[], RegExp][] = [
    [new Error("Broken."), [], /cannot continue at the moment/],
    [
      new AppError("conflict", "Not now."),
      [{ type: "error", code: "conflict", error: "Not now." }],
      /^Not now\.$/,
    ],
  ];
  for (const [failure, frames, message] of failures) {
    for (const when of ["begin", "frame"]) {
      const serve: Admitted["serve"] = async () => {
        if (when === "begin") throw failure;
        return async () => {
          throw failure;
        };
      };
      await using server = await serveSockets({ serve, requireAllowed: allowed, changes });
      const client = server.connect();
      await once(client.socket, "open");
      client.send("{}");
      const { code, reason } = await client.closed;
      assert.equal(code, 1008);
      assert.match(reason, message);
      assert.deepEqual(client.waiting === 0 ? [] : [await client.next()], frames);
      assert.equal(server.warnings.length, frames.length === 0 ? 1 : 0);
    }
  }
});

test("closes a connection at a heartbeat once access is revoked, but not when the database is unavailable", async () => {
  const answers = [new Error("Away."), null, new AppError("not_found", "Session x was not found.")];
  const requireAllowed = async () => {
    const answer = answers.shift();
    if (answer) throw answer;
  };
  await using server = await serveSockets({ serve: async () => () => {}, requireAllowed, changes }, 50);
  const { code, reason } = await server.connect().closed;
  assert.deepEqual([code, reason, answers.length], [1008, "Session x was not found.", 0]);
  assert.deepEqual(server.warnings, ["a WebSocket's access could not be checked"]);
});

test("closes a connection immediately on a change that revokes its access, and keeps it open on other changes", async () => {
  const hurry = Promise.withResolvers<void>();
  let isAllowed = true;
  let checks = 0;
  const requireAllowed = async () => {
    checks += 1;
    if (!isAllowed) throw new AppError("not_found", "Session x was not found.");
  };
  async function* twoChanges() {
    yield;
    await hurry.promise;
    yield;
  }
  await using server = await serveSockets({
    serve: async () => () => {},
    requireAllowed,
    changes: twoChanges,
  });
  const client = server.connect();
  await once(client.socket, "open");
  while (checks === 0) await new Promise(setImmediate);
  assert.equal(client.socket.readyState, client.socket.OPEN);
  isAllowed = false;
  hurry.resolve();
  assert.equal((await client.closed).reason, "Session x was not found.");
});
