import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { createMachineToken, newId } from "../core/base/index.ts";
import { requestOverConnection } from "../outbound/request-over-connection.ts";
import { testOutbound } from "../outbound/testing/test-outbound.ts";
import { requestOf } from "./internal-paths.ts";
import { keepLink } from "./keep-link.ts";
import { openConnection } from "./open-connection.ts";
import { maxPerSession } from "./session-connections.ts";
import { startProcesses } from "./testing/start-processes.ts";

const going = () => AbortSignal.timeout(60_000);
const client = "203.0.113.9";

/** Responds with the client's address and the body. */
const echo: RequestListener = (request, response) => {
  response.setHeader("client", String(request.socket.remoteAddress));
  request.pipe(response);
};

async function send(connection: Duplex, body = "") {
  const sent = requestOverConnection(connection, {
    method: "POST",
    path: "/",
    headers: { host: "x", "content-length": String(Buffer.byteLength(body)) },
    maxHeaderBytes: 16_384,
  });
  sent.end(body);
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  return { from: response.headers.client, body: await text(response) };
}

/** Starts two servers, and a worker with the session "s", which has its link to the first server. */
async function start(t: TestContext, listener: RequestListener = echo) {
  const processes = await startProcesses(t);
  const [first, second] = [await processes.server(), await processes.server()];
  const worker = await processes.worker(first.url, listener);
  await processes.until(worker.id, true);
  processes.holders.set("s", worker.id);
  return { ...processes, first, second, worker };
}

test("reaches a worker that listens on no address, from the server with its link and from another one", async (t) => {
  const { first, second, worker } = await start(t);
  for (const { forwarding } of [first, second]) {
    const connecting = new AbortController();
    const connection = (await forwarding.connectToSession("s", client, connecting.signal))!;
    connecting.abort();
    assert.deepEqual(await send(connection, "hello"), { from: client, body: "hello" });
    assert.equal(await forwarding.connectToSession("unknown", client, going()), null);
  }
  assert.equal(await worker.forwarding.connectToSession("s", client, going()), null, "it runs there itself");
});

test("reaches a session in a server at the server's address", async (t) => {
  const processes = await startProcesses(t);
  const holder = await processes.server((request, response) => {
    assert.equal(holder.forwarding.isForwarded(request.socket), true);
    echo(request, response);
  });
  const other = await processes.server();
  processes.holders.set("s", holder.id);
  const connection = (await other.forwarding.connectToSession("s", client, going()))!;
  assert.deepEqual(await send(connection, "hello"), { from: client, body: "hello" });
});

test("restores the link of a worker after it breaks, and removes it when the worker stops", async (t) => {
  const { first, worker, until } = await start(t);
  const open = (await first.forwarding.connectToSession("s", client, going()))!;
  const closed = once(open, "close");
  first.forwarding.close();
  await closed;
  await until(worker.id, false);
  await assert.rejects(first.forwarding.connectToSession("s", client, going()), {
    code: "conflict",
    message: /not connected to a server at the moment. Try again/,
  });
  await until(worker.id, true);
  const again = (await first.forwarding.connectToSession("s", client, going()))!;
  assert.equal((await send(again, "back")).body, "back");
  await worker.close();
  await until(worker.id, false);
});

test("an unread response stops its program, and delays no other response", async (t) => {
  const chunk = Buffer.alloc(64 * 1024, "x");
  const total = 512;
  let written = 0;
  const stalled = Promise.withResolvers<void>();
  const endless = async (response: ServerResponse) => {
    while (written < total) {
      written += 1;
      if (response.write(chunk)) continue;
      const isDrained = once(response, "drain");
      stalled.resolve();
      await isDrained;
    }
    response.end();
  };
  const { first } = await start(t, (request, response) => {
    if (request.method === "GET") void endless(response);
    else echo(request, response);
  });
  const slow = (await first.forwarding.connectToSession("s", client, going()))!;
  slow.write("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
  await stalled.promise;
  const others = Array.from({ length: 100 }, async (_, index) => {
    const connection = (await first.forwarding.connectToSession("s", client, going()))!;
    return (await send(connection, String(index).repeat(10_000))).body.length;
  });
  const lengths = await Promise.all(others);
  assert.deepEqual(
    lengths,
    Array.from({ length: 100 }, (_, index) => 10_000 * String(index).length),
  );
  // The windows of the stream and the buffers of Node at both ends hold less than 2 MiB.
  assert.ok(written * chunk.length < 2 * 1024 * 1024, `${written} chunks are in buffers`);
  let received = 0;
  for await (const bytes of slow) received += (bytes as Buffer).length;
  assert.ok(received > total * chunk.length, "control: the rest arrives once it is read");
});

test("a client that leaves ends the request at the worker, also through another server", async (t) => {
  let arrived = Promise.withResolvers<void>();
  let closed = Promise.withResolvers<void>();
  const { first, second } = await start(t, (request) => {
    request.on("error", () => {}).once("close", closed.resolve);
    arrived.resolve();
  });
  for (const { forwarding } of [first, second]) {
    arrived = Promise.withResolvers();
    closed = Promise.withResolvers();
    const connection = (await forwarding.connectToSession("s", client, going()))!;
    connection.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    await arrived.promise;
    connection.destroy();
    await closed.promise;
  }
});

test("a server passes a connection on over its own link only, and never to another server", async (t) => {
  const { tokens, first, second, worker, lookups } = await start(t);
  const target = { kind: "connection", processId: worker.id, address: client } as const;
  const before = lookups();
  const through = (url: string) => openConnection(testOutbound(), url, requestOf(tokens, target), going());
  await assert.rejects(through(second.url), { code: "conflict", message: /responded with status 503/ });
  assert.equal(lookups(), before);
  assert.equal((await send(await through(first.url), "hello")).body, "hello", "control");
});

test("rejects links and connections without a token for exactly this request", async (t) => {
  const { tokens, first, worker } = await start(t);
  const target = { kind: "connection", processId: worker.id, address: client } as const;
  const { path, headers } = requestOf(tokens, target);
  const token = (subject: string) => `Bearer ${createMachineToken(tokens, subject, 60_000)}`;
  const refused = [
    {},
    { authorization: "Bearer tembo_0123456789abcdef0123456789abcdef" },
    { authorization: token(`connection ${newId()} ${client}`) },
    { authorization: token(`connection ${worker.id} 127.0.0.1`) },
    { authorization: token(`link ${worker.id}`) },
    { authorization: `Bearer ${createMachineToken(tokens, `connection ${worker.id} ${client}`, -1)}` },
  ];
  const { authorization: _, ...rest } = headers;
  const open = (more: object) =>
    openConnection(
      testOutbound(),
      first.url,
      { path, headers: { ...rest, ...more } as Record<string, string> },
      going(),
    );
  for (const more of refused)
    await assert.rejects(open(more), { code: "conflict", message: /status 401/ }, JSON.stringify(more));
  assert.equal((await send(await open({ authorization: headers.authorization }), "x")).body, "x", "control");
});

test("accepts links only of workers that are registered", async (t) => {
  const { tokens, workers, until, ...processes } = await startProcesses(t);
  const server = await processes.server();
  const workerId = newId();
  const warned = Promise.withResolvers<void>();
  const log = {
    info() {},
    error() {},
    warn: () => warned.resolve(),
  };
  const foreign = { ...tokens, vault: { sign: () => Buffer.alloc(32), isSigned: () => false } };
  const serve = (connection: Duplex) => void connection.destroy();
  const options = { url: server.url, workerId, outbound: testOutbound(), serve, log };
  const closeForeign = keepLink({ ...options, tokens: foreign });
  t.after(closeForeign);
  await warned.promise;
  await closeForeign();
  processes.holders.set("s", workerId);
  const tries = () => server.forwarding.connectToSession("s", client, going());
  await assert.rejects(tries(), { code: "conflict", message: /not connected/ });
  workers.add(workerId);
  const close = keepLink({ ...options, tokens });
  t.after(close);
  await until(workerId, true);
});

test("reports a server without an address for other servers", async (t) => {
  const { addresses, first, second } = await start(t);
  addresses.set(first.id, null);
  await assert.rejects(second.forwarding.connectToSession("s", client, going()), {
    code: "conflict",
    message: /set TEMBO_SERVER_ADDRESS on each server/,
  });
});

test("limits the connections of a session, until one closes", async (t) => {
  const { first, worker, holders } = await start(t);
  holders.set("other", worker.id);
  const connect = async (sessionId = "s") =>
    (await first.forwarding.connectToSession(sessionId, client, going()))!;
  const open = await Promise.all(Array.from({ length: maxPerSession }, () => connect()));
  const refusal = { code: "conflict", message: /This session has 256 open connections/ };
  await assert.rejects(connect(), refusal);
  assert.equal((await send(await connect("other"), "hello")).body, "hello");
  const closed = once(open[0]!, "close");
  open[0]!.destroy();
  await closed;
  assert.equal((await send(await connect(), "hello")).body, "hello");
});

test("a connection that cannot be opened does not count for its session", async (t) => {
  const processes = await startProcesses(t);
  const { forwarding } = await processes.server();
  processes.holders.set("s", newId());
  for (let n = 0; n <= maxPerSession; n++)
    await assert.rejects(forwarding.connectToSession("s", client, going()), { message: /not connected/ });
});
