import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { createEgressProxy } from "./create-egress-proxy.ts";

const log = { info() {}, warn() {}, error() {} };
const result = { jsonrpc: "2.0", id: 1, result: { serverInfo: { name: "a" } } };

async function greet(
  t: TestContext,
  answer: RequestListener,
  { transport = "http", isAllowed = true }: { transport?: "http" | "sse"; isAllowed?: boolean } = {},
) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.9", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const place = `127.0.0.9:${(server.address() as AddressInfo).port}`;
  const proxy = createEgressProxy({ log, privateHosts: isAllowed ? [place] : [] });
  const headers = { authorization: "Bearer token-of-the-test" };
  await proxy.greetMcpServer({ url: `http://${place}/mcp`, transport, headers }, AbortSignal.timeout(2_000));
}

test("accepts an MCP server that responds with JSON, a stream or the older SSE transport", async (t) => {
  await greet(t, ({ headers }, response) => {
    assert.equal(headers.authorization, "Bearer token-of-the-test");
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(result));
  });
  // The response remains open, like an event stream.
  await greet(t, (_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`data: ${JSON.stringify(result)}\n\n`);
  });
  await greet(
    t,
    ({ method }, response) => {
      assert.equal(method, "GET");
      response.writeHead(200, { "content-type": "text/event-stream" }).write("event: endpoint\n\n");
    },
    { transport: "sse" },
  );
});

test("reports any other response without repeating the request headers", async (t) => {
  for (const [answer, expected] of [
    [(_, response) => response.writeHead(401).end(), /responded with status 401\. Check the headers\./],
    [
      (_, response) => response.writeHead(302, { location: "http://127.0.0.9/" }).end(),
      /responded with status 302/,
    ],
    [(_, response) => response.end("<html>"), /handshake failed: .* no serverInfo/],
    [(_, response) => response.end("x".repeat(1_000_000)), /handshake failed: .* no serverInfo/],
    [(_, response) => response.destroy(), /cannot be reached/],
    [() => {}, /did not respond in time/],
  ] as readonly (readonly [RequestListener, RegExp])[]) {
    await assert.rejects(greet(t, answer), (error: Error & { code?: string }) => {
      assert.equal(error.code, "unreachable");
      assert.match(error.message, expected);
      assert.ok(!error.message.includes("token-of-the-test"));
      return true;
    });
  }
});

test("rejects an MCP server at a private address that the operator does not allow", async (t) => {
  await assert.rejects(
    greet(t, () => assert.fail("reached"), { isAllowed: false }),
    { code: "unreachable" },
  );
});
