import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { WorkerLease, workerLeaseMs } from "../core/base/index.ts";
import { holdRequests } from "./hold-requests.ts";

function makeLease(t: TestContext) {
  let nowMs = 0;
  const lease = new WorkerLease(() => ({ monotonicMs: nowMs, wallMs: nowMs }));
  t.after(() => lease.end());
  lease.confirm(lease.now());
  return {
    lease,
    lapse: () => {
      nowMs += workerLeaseMs;
    },
    restore: () => lease.confirm(lease.now()),
  };
}

async function open(t: TestContext, server: Server, socketPath?: string): Promise<Socket> {
  const listening = socketPath === undefined ? server.listen(0, "127.0.0.1") : server.listen(socketPath);
  await once(listening, "listening");
  t.after(() => server.close());
  return connectTo(t, server);
}

function connectTo(t: TestContext, server: Server): Socket {
  const address = server.address()!;
  const client = typeof address === "string" ? connect(address) : connect(address.port, "127.0.0.1");
  t.after(() => client.destroy());
  client.setEncoding("utf8");
  return client;
}

const requests = {
  request: "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
  connect: "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n",
  upgrade: "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
};

/** Server that answers each kind of request, and counts the requests that reach its listeners. */
function makeServer() {
  let served = 0;
  const answer = (socket: { end(text: string): void }) => {
    served += 1;
    socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  };
  const server = createServer((_request, response) => {
    served += 1;
    response.end();
  });
  server.on("connect", (_request, socket: Socket) => answer(socket));
  server.on("upgrade", (_request, socket: Socket) => answer(socket));
  return { server, served: () => served };
}

for (const [kind, text] of Object.entries(requests)) {
  test(`holds a ${kind} while the lease has lapsed, and serves it afterwards`, async (t) => {
    const { lease, lapse, restore } = makeLease(t);
    const { server, served } = makeServer();
    let waiting = 0;
    holdRequests(server, {
      isValid: () => lease.isValid(),
      whenValid: (signal) => {
        waiting += 1;
        server.emit("test waiting");
        return lease.whenValid(signal);
      },
    });
    const client = await open(t, server);
    lapse();
    const held = once(server, "test waiting");
    client.write(text);
    await held;
    assert.deepEqual([waiting, served()], [1, 0]);
    restore();
    const [answer] = (await once(client, "data")) as [string];
    assert.match(answer, /^HTTP\/1.1 200 /);
    assert.equal(served(), 1);
  });

  test(`serves a ${kind} at once while the lease is valid`, async (t) => {
    const { server, served } = makeServer();
    holdRequests(server, makeLease(t).lease);
    const client = await open(t, server);
    client.write(text);
    await once(client, "data");
    assert.equal(served(), 1);
  });
}

/** Server with a held request, whose socket may fail. */
async function holdOne(t: TestContext, text: string, socketPath?: string) {
  const { lease, lapse, restore } = makeLease(t);
  const { server, served } = makeServer();
  const ended = Promise.withResolvers<void>();
  holdRequests(server, {
    isValid: () => lease.isValid(),
    whenValid: (signal) => {
      const waiting = lease.whenValid(signal);
      waiting.catch(() => ended.resolve());
      server.emit("test waiting");
      return waiting;
    },
  });
  const connected = once(server, "connection") as Promise<[Socket]>;
  const client = await open(t, server, socketPath);
  lapse();
  const held = once(server, "test waiting");
  client.write(text);
  const [[socket]] = await Promise.all([connected, held]);
  return { client, socket, restore, served, ended: ended.promise };
}

for (const kind of ["connect", "upgrade"] as const) {
  test(`drops a held ${kind} whose client resets its connection`, async (t) => {
    const { client, restore, served, ended } = await holdOne(t, requests[kind]);
    client.resetAndDestroy();
    await ended;
    restore();
    assert.equal(served(), 0);
  });

  test(`drops a held ${kind} on a Unix socket that fails`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "held-"));
    t.after(() => rm(folder, { recursive: true }));
    const { client, socket, restore, served, ended } = await holdOne(t, requests[kind], join(folder, "s"));
    client.destroy();
    await once(client, "close");
    // A closed Unix socket fails only when it is used.
    socket.write("late");
    await ended;
    restore();
    assert.equal(served(), 0);
  });

  test(`leaves the errors of a ${kind} to its listener after it was held`, async (t) => {
    const { client, socket, restore } = await holdOne(t, requests[kind]);
    restore();
    await once(client, "data");
    assert.equal(socket.listenerCount("error"), 0);
  });
}

test("drops a held request whose client has disconnected", async (t) => {
  const { lease, lapse, restore } = makeLease(t);
  const { server, served } = makeServer();
  const given = Promise.withResolvers<unknown>();
  holdRequests(server, {
    isValid: () => lease.isValid(),
    whenValid: (signal) => {
      const waiting = lease.whenValid(signal);
      waiting.catch(given.resolve);
      server.emit("test waiting");
      return waiting;
    },
  });
  const client = await open(t, server);
  lapse();
  const held = once(server, "test waiting");
  client.write(requests.request);
  await held;
  client.destroy();
  await given.promise;
  restore();
  const other = connectTo(t, server);
  other.write(requests.request);
  await once(other, "data");
  assert.equal(served(), 1, "only the later request");
});
