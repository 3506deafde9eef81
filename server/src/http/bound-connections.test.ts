import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { readToEnd } from "../testing/test-server.ts";
import { boundConnections } from "./bound-connections.ts";

/** Starts a server that sends a greeting on each connection, so that a client can detect that the server accepted the connection. */
async function serveBound(t: TestContext, max: number, isExempt: (address: string) => boolean) {
  const server = createServer();
  boundConnections(server, { max, isExempt });
  server.on("connection", (socket) => void (socket.destroyed || socket.write("hello")));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const clients: Socket[] = [];
  t.after(() => {
    for (const client of clients) client.destroy();
    server.close();
  });
  return {
    open: async (localAddress = "127.0.0.1") => {
      const client = connect({
        port: (server.address() as AddressInfo).port,
        host: "127.0.0.1",
        localAddress,
      });
      clients.push(client);
      const greeted = once(client, "data").then(() => "open");
      greeted.catch(() => undefined);
      const state = await Promise.race([greeted, readToEnd(client).then(() => "closed")]);
      return { client, state };
    },
  };
}

test("closes connections beyond the limit for an address, and accepts those of other addresses", async (t) => {
  const { open } = await serveBound(t, 2, () => false);
  const first = await open();
  assert.deepEqual([first.state, (await open()).state, (await open()).state], ["open", "open", "closed"]);
  assert.equal((await open("127.0.0.2")).state, "open", "accepts another address");
  first.client.destroy();
  let state = "closed";
  // The server detects the closed connection after a short delay.
  for (let tries = 0; state === "closed" && tries < 100; tries++) ({ state } = await open());
  assert.equal(state, "open", "a connection is available again");
});

test("accepts every connection from an exempt address", async (t) => {
  const { open } = await serveBound(t, 1, (address) => address === "127.0.0.1");
  assert.deepEqual([(await open()).state, (await open()).state], ["open", "open"]);
});
