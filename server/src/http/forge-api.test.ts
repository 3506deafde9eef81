import assert from "node:assert/strict";
import { test } from "node:test";
import { serve } from "../testing/test-server.ts";

test("passes the raw request with any body to the local forge's API", async (t) => {
  const { ask, close } = await serve({
    forgeApi: async (request, response) => {
      let bytes = 0;
      for await (const chunk of request) bytes += chunk.length;
      response.end(`${request.method} ${request.url} ${bytes}`);
    },
  });
  t.after(close);
  for (const path of [
    "/api/github/v3",
    "/api/github/v3/",
    "/api/github/v3/repos/a/b/git/ref/heads%2Ftembo%2Ffix",
  ])
    assert.equal(await (await ask(path)).text(), `GET ${path} 0`);
  const body = "{".repeat(5_000_000);
  const answer = await ask("/api/github/v3/x?y=%2F", undefined, { method: "PATCH", body });
  assert.equal(await answer.text(), "PATCH /api/github/v3/x?y=%2F 5000000");
  assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
});

test("passes the client's address to the local forge's API and trusts only configured proxies", async (t) => {
  const forwarded = { headers: { "x-forwarded-for": "198.51.100.7" } };
  for (const [trustedProxies, expected] of [
    [["127.0.0.1"], "198.51.100.7"],
    // Control: without a trusted proxy, the address of the connection counts.
    [[], "127.0.0.1"],
  ] as const) {
    const { ask, close } = await serve({
      trustedProxies,
      forgeApi: async (_request, response, address) => void response.end(address),
    });
    t.after(close);
    assert.equal(await (await ask("/api/github/v3/user", undefined, forwarded)).text(), expected);
  }
});
