import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { watchLatency } from "./watch-latency.ts";

async function startServer(respond: (count: number) => number) {
  let count = 0;
  const reached = Promise.withResolvers<void>();
  const server = createServer((_request, response) => {
    count += 1;
    response.writeHead(respond(count)).end("{}");
    if (count === 3) reached.resolve();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    reached: reached.promise,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test("requests the path repeatedly until the work ends, and returns its result", async () => {
  await using server = await startServer(() => 200);
  const { result, latencies } = await watchLatency({ url: server.url, path: "/healthz" }, async () => {
    await server.reached;
    return "done";
  });
  assert.equal(result, "done");
  assert.ok(latencies.length >= 3);
});

test("fails if the server rejects a request", async () => {
  await using server = await startServer((count) => (count === 2 ? 503 : 200));
  await assert.rejects(
    watchLatency({ url: server.url, path: "/healthz" }, () => server.reached),
    /returned 503/,
  );
});
