import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { type Duplex, duplexPair } from "node:stream";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { isId } from "../core/base/index.ts";
import { ForwardedConnections } from "../links/forwarded-connections.ts";
import { requestOverConnection } from "../outbound/request-over-connection.ts";
import { stubWarmSandboxes } from "../testing/stub-warm-sandboxes.ts";
import { type Served, serve } from "../testing/test-server.ts";
import { until } from "../testing/test-store.ts";
import { noForwarding } from "./forwarding/forwarding.ts";
import { createRequestId } from "./request-id.ts";

const given = (value: string | string[] | undefined) =>
  ({ headers: { "x-request-id": value } }) as unknown as IncomingMessage;

test("accepts the well-formed ID of a trusted sender, and creates one otherwise", () => {
  const [trusting, wary] = [createRequestId(() => true), createRequestId(() => false)];
  for (const id of ["a", "0190a0b0-1111-7222-8333-444455556666", "Root=1-67891233-abcdef", "x".repeat(128)]) {
    assert.equal(trusting(given(id)), id);
    assert.ok(isId(wary(given(id))), "control: the sender is not trusted");
  }
  for (const id of [
    undefined,
    "",
    "a b",
    "a\n",
    'a"',
    "<a>",
    "a\u0000",
    "ä",
    "x".repeat(129),
    "a,b",
    ["a", "b"],
  ])
    assert.ok(isId(trusting(given(id))), JSON.stringify(id));
});

test("returns the same ID for the same request", () => {
  const requestId = createRequestId(() => true);
  const request = given(undefined);
  assert.equal(requestId(request), requestId(request));
  assert.notEqual(requestId(request), requestId(given(undefined)), "control");
});

describe("a server", () => {
  const forwarded = new ForwardedConnections();
  let back: Served;
  let front: Served;
  before(async () => {
    const parts = { ...noForwarding, isForwarded: (connection: object) => forwarded.has(connection) };
    const up = () => {
      throw new Error("It broke.");
    };
    const broken = { warmSandboxes: { ...stubWarmSandboxes(null), up } };
    back = await serve({ forwarding: parts, parts: broken });
    front = await serve({
      parts: { store: back.ports.store },
      trustedProxies: ["203.0.113.7"],
      forwarding: {
        ...noForwarding,
        connectToSession: async (_session, address) => connectTo(back, forwarded, address),
        connectToForge: async (address) => connectTo(back, forwarded, address),
      },
    });
  });
  after(async () => {
    await front.close();
    await back.close();
  });

  test("keeps the ID of a proxy in the response, and replaces that of a client", async () => {
    for (const [address, isKept] of [
      ["127.0.0.1", true],
      ["::1", true],
      ["203.0.113.7", true],
      ["203.0.113.8", false],
    ] as const) {
      const { headers, body } = await getMe(front, address, { "x-request-id": "proxy-7" });
      const id = headers["x-request-id"];
      assert.equal(id === "proxy-7", isKept, address);
      assert.equal((JSON.parse(body) as { requestId: string }).requestId, id);
    }
    const { headers } = await getMe(front, "127.0.0.1", { "x-request-id": "not {safe}" });
    assert.ok(isId(String(headers["x-request-id"])), "replaces a malformed ID of a proxy");
  });

  test("forwards a request to another server with its ID, which both log", async () => {
    const key = await back.addKey(back.testStore.organizationId);
    const { id: sessionId } = await back.testStore.addSession();
    const path = `/v1/sessions/${sessionId}/terminal`;
    const response = await front.ask(path, key, { method: "POST", headers: { "x-request-id": "proxy-8" } });
    assert.deepEqual([response.status, response.headers.get("x-request-id")], [500, "proxy-8"]);
    assert.equal(((await response.json()) as { requestId: string }).requestId, "proxy-8");
    for (const { logged } of [front, back]) {
      await until(async () => logged.some((line) => line.includes("request failed")));
      const lines = logged.map((line) => JSON.parse(line) as Record<string, unknown>);
      assert.deepEqual(
        lines.filter(({ msg }) => msg === "request failed").map(({ requestId }) => requestId),
        ["proxy-8"],
      );
    }
    const ownId = await front.ask(path, key, { method: "POST" });
    const inBody = ((await ownId.json()) as { requestId: string }).requestId;
    assert.ok(isId(inBody) && ownId.headers.get("x-request-id") === inBody, "control");
    assert.ok(back.logged.some((line) => line.includes(inBody)));
  });

  test("forwards a request for the built-in forge with its ID", async () => {
    const response = await front.ask("/git/a/b.git/info/refs", undefined, {
      headers: { "x-request-id": "proxy-9" },
    });
    assert.equal(await response.text(), "git");
    assert.equal(response.headers.get("x-request-id"), "proxy-9");
  });
});

/** Connects to a server as another server does that forwards a request of the client at `address`. */
function connectTo({ app }: Served, forwarded: ForwardedConnections, address: string): Duplex {
  const [near, far] = duplexPair();
  forwarded.serve(app.server, far, address);
  return near;
}

/** Sends a request without a key over a connection from `address`. */
async function getMe({ app }: Served, address: string, given: Record<string, string>) {
  const [near, far] = duplexPair();
  Object.defineProperty(far, "remoteAddress", { value: address });
  app.server.emit("connection", far);
  const sent = requestOverConnection(near, {
    ...{ method: "GET", path: "/me", maxHeaderBytes: 16_384 },
    headers: { host: "x", connection: "close", ...given },
  });
  sent.end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  return { headers: response.headers, body: await text(response) };
}
