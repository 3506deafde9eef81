import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { WebSocket, WebSocketServer } from "ws";
import { AppError } from "../../core/base/index.ts";
import { forwardSocket } from "./forward-socket.ts";
import { forwardToForge } from "./forward-to-forge.ts";
import { type Forwarding, noForwarding } from "./forwarding.ts";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Starts a process, and a server that forwards everything to it. */
async function start(t: TestContext, handle: Handler, change: Partial<Forwarding> = {}) {
  const holder = createServer(handle);
  const warnings: unknown[] = [];
  const log = { info() {}, error() {}, warn: (fields: object) => void warnings.push(fields) };
  const addresses: string[] = [];
  await listen(t, holder);
  const open = () => connect((holder.address() as AddressInfo).port, "127.0.0.1");
  const forwarding: Forwarding = {
    ...noForwarding,
    connectToForge: async (address) => {
      addresses.push(address);
      return open();
    },
    ...change,
  };
  const own: Handler = (_request, response) => void response.end("served here");
  const serve = forwardToForge(forwarding, log, async (incoming, response) => own(incoming, response));
  const server = createServer((incoming, response) => {
    response.setHeader("set-cookie", "own=1");
    void serve(incoming, response, "203.0.113.9");
  });
  server.on("upgrade", (incoming: IncomingMessage, socket: Duplex, head: Buffer) =>
    forwardSocket({ request: incoming, socket, head }, open()),
  );
  await listen(t, server);
  const { port } = server.address() as AddressInfo;
  return { holder, port, url: `http://127.0.0.1:${port}`, addresses, warnings };
}

async function listen(t: TestContext, server: Server): Promise<void> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
}

test("forwards a request unchanged, without the headers of its connection and of proxies", async (t) => {
  const { url, addresses } = await start(t, async (incoming, response) => {
    const { method, headers, url: path } = incoming;
    response.writeHead(201, {
      "set-cookie": ["a=1", "b=2"],
      "x-own": "yes",
      connection: "x-hop",
      "x-hop": "1",
    });
    response.end(JSON.stringify({ method, path, headers, body: await text(incoming) }));
  });
  const response = await fetch(`${url}/git/a?b=1`, {
    method: "POST",
    body: "packed",
    headers: { authorization: "Bearer k", "x-forwarded-for": "1.2.3.4", forwarded: "for=1.2.3.4" },
  });
  assert.equal(response.status, 201);
  assert.deepEqual(response.headers.getSetCookie(), ["own=1", "a=1", "b=2"]);
  assert.deepEqual([response.headers.get("x-own"), response.headers.get("x-hop")], ["yes", null]);
  const received = (await response.json()) as { headers: Record<string, string> } & Record<string, string>;
  const { method, path, body, headers } = received;
  assert.deepEqual({ method, path, body }, { method: "POST", path: "/git/a?b=1", body: "packed" });
  assert.equal(headers.authorization, "Bearer k");
  assert.deepEqual([headers["x-forwarded-for"], headers.forwarded], [undefined, undefined]);
  assert.deepEqual(addresses, ["203.0.113.9"]);
});

test("streams both bodies while they are sent", async (t) => {
  const { port } = await start(t, (incoming, response) => void incoming.pipe(response));
  const sent = request({ host: "127.0.0.1", port, method: "POST", path: "/" });
  sent.write("one");
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  assert.equal(String((await once(response, "data"))[0]), "one");
  sent.write("two");
  assert.equal(String((await once(response, "data"))[0]), "two");
  sent.end();
  await once(response, "end");
});

test("ends the request at the process when the client leaves", async (t) => {
  const arrived = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const { port } = await start(t, (incoming) => {
    incoming.on("error", () => {}).once("close", ended.resolve);
    arrived.resolve();
  });
  const sent = request({ host: "127.0.0.1", port, path: "/" });
  sent.on("error", () => {}).end();
  await arrived.promise;
  sent.destroy();
  await ended.promise;
});

test("reports a process that closes the connection without a response", async (t) => {
  const { url, warnings } = await start(t, (incoming) => void incoming.socket.destroy());
  const response = await fetch(url);
  assert.equal(response.status, 503);
  assert.match(await response.text(), /The connection to the machine .* was lost\. Try again/);
  assert.equal(warnings.length, 1);
});

test("reports why the process cannot be reached", async (t) => {
  const connectToForge = async () => {
    throw new AppError("conflict", "Start the server.");
  };
  const { url } = await start(t, () => assert.fail(), { connectToForge });
  const response = await fetch(url);
  assert.deepEqual([response.status, await response.text()], [503, "Start the server.\n"]);
});

test("forwards a forwarded request no further", async (t) => {
  const { url } = await start(t, () => assert.fail(), { isForwarded: () => true });
  assert.equal(await (await fetch(url)).text(), "served here");
});

test("serves a request here if no other process does", async (t) => {
  const { url } = await start(t, () => assert.fail(), { connectToForge: async () => null });
  assert.equal(await (await fetch(url)).text(), "served here");
});

test("forwards a WebSocket in both directions, and its end", async (t) => {
  const { holder, port } = await start(t, () => assert.fail());
  const sockets = new WebSocketServer({ noServer: true });
  holder.on("upgrade", (incoming, socket, head) =>
    sockets.handleUpgrade(incoming, socket, head, (accepted) => {
      accepted.on("message", (data) => accepted.send(`${incoming.url}: ${data}`));
    }),
  );
  const socket = new WebSocket(`ws://127.0.0.1:${port}/terminal?ticket=1`);
  await once(socket, "open");
  socket.send("ls");
  assert.equal(String((await once(socket, "message"))[0]), "/terminal?ticket=1: ls");
  const [accepted] = [...sockets.clients];
  const closed = once(accepted!, "close");
  socket.close(4000);
  assert.equal((await closed)[0], 4000);
});

test("sends the status with which the process rejects a WebSocket, and closes the connection", async (t) => {
  const { holder, port } = await start(t, () => assert.fail());
  holder.on("upgrade", (_incoming, socket) =>
    socket.end("HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n"),
  );
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
  await assert.rejects(once(socket, "open"), /Unexpected server response: 401/);
});

test("drops the rest of a body that the process does not read", async (t) => {
  const { url } = await start(t, (_incoming, response) => {
    response.writeHead(413).end("too large");
  });
  const response = await fetch(url, { method: "POST", body: Buffer.alloc(4 * 1024 * 1024) });
  assert.deepEqual([response.status, await response.text()], [413, "too large"]);
});
