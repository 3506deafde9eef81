import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { z } from "zod";
import { ForgeOutage } from "../core/forges/index.ts";
import { testOutbound } from "../outbound/testing/test-outbound.ts";
import { createJsonClient, type JsonClientOptions } from "./json-client.ts";
import { rejects } from "./testing/rejects.ts";

const silent = { info() {}, warn() {}, error() {} };
const what = "do it in acme/app";

async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function connect(baseUrl: string, options: Partial<JsonClientOptions> = {}) {
  const waits: number[] = [];
  const client = createJsonClient({
    forge: "Forge",
    baseUrl,
    authorization: async (isRefused) => (isRefused ? null : "token secret"),
    words: (body) => z.object({ message: z.string() }).safeParse(body).data?.message ?? "",
    log: silent,
    fetch: testOutbound().fetch,
    wait: async (ms) => void waits.push(ms),
    ...options,
  });
  return { client, waits };
}

const json = (status: number, body: unknown, headers = {}): RequestListener => {
  return (_, response) => response.writeHead(status, headers).end(JSON.stringify(body));
};

test("attempts a read three times, and a write once", async (t) => {
  let asked = 0;
  const url = await serve(t, (request, response) => {
    asked += 1;
    if (asked < 3) return void request.socket.destroy();
    json(200, { ok: true })(request, response);
  });
  const { client, waits } = connect(url);
  assert.deepEqual((await client.send({ path: "/x", what })).body, { ok: true });
  assert.deepEqual([asked, waits.length], [3, 2]);
  asked = 0;
  await rejects(
    client.send({ method: "POST", path: "/x", body: {}, what }),
    "forge_failed",
    /does not respond/,
  );
  assert.equal(asked, 1);
  await assert.rejects(client.send({ method: "POST", path: "/x", what }), ForgeOutage);
});

test("attempts a read from a failing forge three times, and then reports the forge's message", async (t) => {
  let asked = 0;
  const url = await serve(t, (request, response) => {
    asked += 1;
    json(502, { message: "bad gateway" })(request, response);
  });
  const sentence = /Forge could not do it in acme\/app \(status 502\)\. Forge's message: bad gateway/;
  await rejects(connect(url).client.send({ path: "/x", what }), "forge_failed", sentence);
  assert.equal(asked, 3);
});

test("waits once for a short rate limit and reports a long one", async (t) => {
  let after = "2";
  let spent = 1;
  const url = await serve(t, (request, response) => {
    if (spent === 0) return json(200, {})(request, response);
    spent -= 1;
    json(429, { message: "slow down" }, { "retry-after": after })(request, response);
  });
  const { client, waits } = connect(url);
  await client.send({ method: "POST", path: "/x", what });
  assert.equal(waits.length, 1);
  assert.ok(waits[0]! <= 2000);
  spent = 2;
  await rejects(client.send({ path: "/x", what }), "forge_failed", /rate limit is exhausted until 20\d\d-/);
  assert.equal(waits.length, 2);
  spent = 2;
  await assert.rejects(client.send({ path: "/x", what }), ForgeOutage);
  spent = 1;
  after = "3600";
  await rejects(
    client.send({ path: "/x", what }),
    "forge_failed",
    /rate limit is exhausted until 20\d\d-.*slow down/,
  );
  assert.equal(waits.length, 3);
});

test("treats a 403 as a rate limit only if the headers confirm it", async (t) => {
  let headers: Record<string, string> = {
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": String(Math.floor(Date.now() / 1000) + 900),
  };
  const url = await serve(t, (request, response) => json(403, { message: "no" }, headers)(request, response));
  const { client } = connect(url);
  await rejects(client.send({ path: "/x", what }), "forge_failed", /rate limit is exhausted until/);
  headers = { ...headers, "x-ratelimit-remaining": "12" };
  await rejects(client.send({ path: "/x", what }), "forge_unauthorized", /lacks a permission/);
});

test("does not send the credential to another host, and follows a redirect on the same host", async (t) => {
  const seen: (string | undefined)[] = [];
  const other = await serve(t, (request, response) => {
    seen.push(request.headers.authorization);
    response.end("{}");
  });
  let target = other;
  const url = await serve(t, (request, response) => {
    if (request.url === "/moved") {
      seen.push(request.headers.authorization);
      return void response.end('{"ok":true}');
    }
    response.writeHead(307, { location: `${target}/moved` }).end();
  });
  const { client } = connect(url);
  await rejects(client.send({ path: "/x", what }), "forge_failed", /redirects to http:\/\/127/);
  assert.deepEqual(seen, []);
  target = url;
  assert.deepEqual((await client.send({ path: "/x", what })).body, { ok: true });
  assert.deepEqual(seen, ["token secret"]);
  await rejects(client.send({ path: `${other}/next`, what }), "forge_failed", /a different host/);
});

test("fetches a log from another host without the credential", async (t) => {
  const seen: (string | undefined)[] = [];
  const store = await serve(t, (request, response) => {
    seen.push(request.headers.authorization, request.headers.range);
    response.writeHead(206).end("the end");
  });
  const url = await serve(t, (_, response) => {
    response.writeHead(307, { location: `${store}/log?signature=1` }).end();
  });
  assert.equal(await connect(url).client.tail({ path: "/log", what }, 100), "the end");
  assert.deepEqual(seen, [undefined, "bytes=-100"]);
});

test("returns the end of a log up to the size limit, starting at a whole character", async (t) => {
  const url = await serve(t, (_, response) => {
    response.end(`${"x".repeat(300_000)}🐘🐘 end`);
  });
  const { client } = connect(url);
  assert.equal(await client.tail({ path: "/log", what }, 10), "🐘 end");
  assert.equal(await client.tail({ path: "/log", what }, 4), " end");
  const gone = await serve(t, json(404, {}));
  assert.equal(await connect(gone).client.tail({ path: "/log", what }, 10), null);
});

test("rejects a response that is not JSON, is too long or has an unexpected shape", async (t) => {
  let body = "<html>sign in</html>";
  const url = await serve(t, (_, response) => void response.end(body));
  const { client } = connect(url);
  const shape = z.object({ id: z.number() });
  for (const wrong of ["<html>sign in</html>", '{"id":"1"}', "[]", "null", "", `"${"x".repeat(17 << 20)}"`]) {
    body = wrong;
    await rejects(client.read(shape, { path: "/x", what }), "forge_failed", /has an unexpected format/);
  }
  body = '{"id":1}';
  assert.deepEqual(await client.read(shape, { path: "/x", what }), { id: 1 });
});

test("refreshes a rejected token once, and repeats the request", async (t) => {
  const tokens: (string | undefined)[] = [];
  const url = await serve(t, (request, response) => {
    tokens.push(request.headers.authorization);
    const isNew = request.headers.authorization === "Bearer new";
    json(isNew ? 200 : 401, isNew ? {} : { message: "expired" })(request, response);
  });
  const good = connect(url, {
    authorization: async (isRefused) => (isRefused ? "Bearer new" : "Bearer old"),
  });
  await good.client.send({ method: "POST", path: "/x", what });
  assert.deepEqual(tokens, ["Bearer old", "Bearer new"]);
  const bad = connect(url, { authorization: async () => "Bearer bad" });
  await rejects(
    bad.client.send({ path: "/x", what }),
    "forge_unauthorized",
    /rejected the integration's token/,
  );
  assert.equal(tokens.length, 4);
});

test("requests pages one at a time, and only on demand", async (t) => {
  const asked: (string | undefined)[] = [];
  const url = await serve(t, (request, response) => {
    asked.push(request.url);
    const page = Number(new URL(request.url ?? "", "http://x").searchParams.get("page"));
    json(200, { page, next: page < 3 ? page + 1 : null })(request, response);
  });
  const shape = z.object({ page: z.number(), next: z.number().nullable() });
  const pages = () =>
    connect(url).client.pages(shape, { path: "/list", query: { page: 1 }, what }, ({ next }) =>
      next === null ? null : { path: "/list", query: { page: next }, what },
    );
  const seen: number[] = [];
  for await (const { page } of pages()) seen.push(page);
  assert.deepEqual(seen, [1, 2, 3]);
  for await (const _ of pages()) break;
  assert.equal(asked.length, 4);
});

test("an abort terminates a hanging request", async (t) => {
  const url = await serve(t, () => {});
  const controller = new AbortController();
  const asked = connect(url).client.send({ path: "/x", what, signal: controller.signal });
  controller.abort(new Error("enough"));
  await assert.rejects(asked, /enough/);
});

test("stops a list with too many pages", async () => {
  let asked = 0;
  const fetch = async () => {
    asked += 1;
    return Response.json([1]);
  };
  const path = "/list";
  const readWhile = async (hasMore: () => boolean) => {
    const { client } = connect("http://forge.example", { fetch });
    const pages = client.pages(z.array(z.number()), { path, what }, () =>
      hasMore() ? { path, what } : null,
    );
    const found: number[] = [];
    for await (const page of pages) found.push(...page);
    return found.length;
  };
  await rejects(
    readWhile(() => true),
    "forge_failed",
    /its list has more than 1000 pages/,
  );
  assert.equal(asked, 1000);
  assert.equal(await readWhile(() => asked < 2000), 1000, "control: reads a list of 1,000 pages");
});

test("rejects a response with more list items than a forge returns", async (t) => {
  const url = await serve(t, json(200, { labels: new Array(200_000).fill(0) }));
  const read = connect(url).client.read(z.object({ labels: z.array(z.string()) }), { path: "/a", what });
  await rejects(read, "forge_failed", /has an unexpected format \(it has more than 50000 list items\)/);
});
