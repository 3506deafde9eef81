import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { type Duplex, duplexPair } from "node:stream";
import { after, before, test } from "node:test";
import { ForwardedConnections } from "../../links/forwarded-connections.ts";
import { requestOverConnection } from "../../outbound/request-over-connection.ts";
import { type Served, serve } from "../../testing/test-server.ts";
import { noForwarding } from "./forwarding.ts";

const forwarded = new ForwardedConnections();
let served: Served;
before(async () => {
  served = await serve({
    rates: { perKeyPerMinute: 1, perSignInPerMinute: 1, perOrganizationPerHour: 0 },
    limits: { failedAuthenticationsPerMinute: 2 },
    forwarding: { ...noForwarding, isForwarded: (connection) => forwarded.has(connection) },
  });
});
after(() => served.close());

async function send(connection: Duplex, headers: Record<string, string>): Promise<number> {
  const sent = requestOverConnection(connection, {
    method: "GET",
    path: "/me",
    headers: { host: "x", connection: "close", ...headers },
    maxHeaderBytes: 16_384,
  });
  sent.end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  response.resume();
  await once(response, "end");
  return response.statusCode!;
}

function forward(address: string): Duplex {
  const [near, far] = duplexPair();
  forwarded.serve(served.app.server, far, address);
  return near;
}

test("counts a request once, and trusts a client address only on a forwarded connection", async () => {
  const key = await served.addKey(served.testStore.organizationId);
  const authorization = `Bearer ${key}`;
  const forged = { "x-tembo-client-address": "198.51.100.7", "x-forwarded-for": "198.51.100.7" };
  assert.equal(await send(await served.connect(), { authorization }), 200);
  assert.equal(await send(await served.connect(), { authorization, ...forged }), 429, "control: it counts");
  for (let n = 0; n < 3; n++) assert.equal(await send(forward("203.0.113.9"), { authorization }), 200);

  const bad = { authorization: "Bearer tembo_unknown" };
  for (const status of [401, 401, 429])
    assert.equal(await send(forward("203.0.113.9"), { ...bad, ...forged }), status);
  assert.equal(await send(forward("198.51.100.7"), bad), 401, "the forged address was not counted");
});
