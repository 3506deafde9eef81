import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type TestContext, test } from "node:test";
import { newId } from "../core/base/index.ts";
import type { Store } from "../core/ports.ts";
import { testOutbound } from "../outbound/testing/test-outbound.ts";
import { createServeJoin } from "./serve-join.ts";

/** Serves machines that join, and sends a request with the authorization. The store knows no token. */
async function start(t: TestContext) {
  const looked: string[] = [];
  const errors: string[] = [];
  const lock = async (id: string) => {
    looked.push(id);
    return null;
  };
  const store = { transaction: (work: (tx: object) => unknown) => work({ joinTokens: { lock } }) };
  const serve = createServeJoin({
    store: store as unknown as Store,
    vault: { isSigned: () => false },
    clock: { now: () => new Date() },
    log: { info() {}, warn() {}, error: (_fields, message) => void errors.push(message) },
    version: "1.0.0",
    answer: () => ({ variables: {}, masterKey: "" }),
  });
  const server = createServer((request, response) => void serve(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  const send = async (authorization: string) => {
    const url = `http://127.0.0.1:${port}`;
    const response = await testOutbound().fetch(url, { method: "POST", headers: { authorization } });
    return { status: response.status, message: await response.text() };
  };
  return { send, looked, errors };
}

const proof = "A".repeat(43);

test("looks up only tokens whose ID is a UUID", async (t) => {
  const { send, looked, errors } = await start(t);
  const id = newId();
  for (const wrong of ["-".repeat(36), `${id.slice(0, 35)}-`, id.replaceAll("-", "0"), id.toUpperCase()])
    assert.deepEqual(await send(`Bearer ${wrong}.${proof}`), {
      status: 401,
      message: "The request has no join token.",
    });
  assert.deepEqual(looked, []);
  const { status, message } = await send(`Bearer ${id}.${proof}`);
  assert.equal(status, 401, "control");
  assert.match(message, /not known to this server/);
  assert.deepEqual(looked, [id]);
  assert.deepEqual(errors, []);
});
