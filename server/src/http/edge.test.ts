import assert from "node:assert/strict";
import { once } from "node:events";
import { METHODS } from "node:http";
import { after, before, describe, test } from "node:test";
import { type ErrorBody, type Operation, operations } from "@tembo/contract";
import Fastify from "fastify";
import { z } from "zod";
import { openHalf, readToEnd, type Served, serve } from "../testing/test-server.ts";
import { until } from "../testing/test-store.ts";
import { createAdmission } from "./admission/admit.ts";
import { FailedAuthentications } from "./admission/failed-authentications.ts";
import { sendError } from "./errors.ts";
import { route } from "./route.ts";

const errorOf = async (response: Response) => ((await response.json()) as { error: string }).error;

describe("HTTP edge", () => {
  let served: Served;
  let key: string;
  before(async () => {
    served = await serve();
    key = await served.addKey(served.testStore.organizationId);
  });
  after(() => served.close());

  test("returns 400 for a malformed ID, and 404 for an unknown path with any ID", async () => {
    const { id } = await served.testStore.addSession();
    const statuses = async (path: string) => {
      const answers = await Promise.all(
        ["", "/api/public-api"].map((prefix) => served.ask(`${prefix}${path}`, key)),
      );
      return answers.map(({ status }) => status);
    };
    for (const path of ["/v1/sessions/unknown", "/v1/sessions/unknown/files", "/v1/agents/unknown"])
      assert.deepEqual(await statuses(path), [400, 400], path);
    for (const path of ["/v1/sessions/unknown/nothing", `/v1/sessions/${id}/nothing`, "/v1/nothing/unknown"])
      assert.deepEqual(await statuses(path), [404, 404], path);
  });

  test("names the field of an error and uses a separate code for a malformed ID", async () => {
    const bodyOf = async (path: string, body?: object) => {
      const init = {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      };
      const response = await served.ask(path, key, body && init);
      const { code, field } = (await response.json()) as ErrorBody;
      return [code, field];
    };
    assert.deepEqual(await bodyOf("/v1/sessions/unknown"), ["invalid_id", "sessionId"]);
    assert.deepEqual(await bodyOf("/v1/sessions?limit=x"), ["invalid_input", "limit"]);
    assert.deepEqual(await bodyOf("/v1/sessions?nothing=x"), ["invalid_input", "nothing"]);
    const create = "/session/create";
    assert.deepEqual(await bodyOf(create, { prompt: "A", agent: "nobody:x" }), ["invalid_input", "agent"]);
    assert.deepEqual(await bodyOf(create, { prompt: "A", branchName: "a..b" }), [
      "invalid_input",
      "branchName",
    ]);
    const egress = { preset: "custom", allow: [7] };
    assert.deepEqual(await bodyOf(create, { prompt: "A", egress }), ["invalid_input", "egress.allow.0"]);
  });

  test("returns 404 for an unknown member with any form of ID", async () => {
    const members = `/v1/organizations/${served.testStore.organizationId}/members`;
    for (const id of ["unknown", "user_2abc", "00000000-0000-4000-8000-000000000000"])
      assert.equal((await served.ask(`${members}/${id}`, key)).status, 404, id);
    assert.equal((await served.ask(members, key)).status, 200, "control: lists the members");
  });

  test("returns 404 for every method without a route", async () => {
    const served404 = METHODS.filter((method) => !/^(GET|HEAD|CONNECT|POST|PUT|PATCH|DELETE)$/.test(method));
    assert.ok(served404.includes("QUERY"));
    for (const method of served404) {
      for (const type of ["", "content-type: application/json\r\n"]) {
        const socket = await served.connect();
        socket.write(`${method} /me HTTP/1.1\r\nhost: 127.0.0.1\r\n${type}connection: close\r\n\r\n`);
        const answer = await readToEnd(socket);
        assert.match(answer, /^HTTP\/1\.1 404 [\s\S]*\{"error":"Unknown operation: /, `${method} ${type}`);
      }
    }
  });

  test("includes the request ID in every response", async () => {
    const session = await served.testStore.addSession();
    for (const path of ["/me", "/nope", "/healthz", "/git/a/b.git/info/refs", "/v1/sessions/%zz"]) {
      const { headers } = await served.ask(path, key);
      assert.match(headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/, path);
    }
    const stop = new AbortController();
    const stream = await served.ask(`/v1/sessions/${session.id}/events/stream`, key, { signal: stop.signal });
    assert.match(stream.headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
    stop.abort();
  });

  test("includes the security headers in every response of every handler", async () => {
    const session = await served.testStore.addSession();
    const answers: [path: string, status: number, key?: string][] = [
      ["/me", 200, key],
      ["/session/list", 200, key],
      ["/me", 401],
      ["/me", 401, "bad"],
      ["/nope", 404],
      ["/v1/sessions/x", 400, key],
      ["/v1/sessions/%zz", 400, key],
      ["/healthz", 200],
      ["/readyz", 200],
      ["/git/a/b.git/info/refs", 200],
      [`/v1/sessions/${session.id}/events/stream`, 200, key],
    ];
    for (const [path, status, withKey] of answers) {
      const stop = new AbortController();
      const { headers, status: given } = await served.ask(path, withKey, { signal: stop.signal });
      assert.equal(given, status, path);
      assert.equal(
        headers.get("content-security-policy"),
        "default-src 'none'; frame-ancestors 'none'",
        path,
      );
      assert.equal(headers.get("x-content-type-options"), "nosniff");
      assert.equal(headers.get("referrer-policy"), "no-referrer");
      assert.equal(headers.get("cross-origin-resource-policy"), "same-origin");
      assert.match(headers.get("permissions-policy")!, /camera=\(\)/);
      assert.equal(headers.get("cache-control"), "no-store");
      assert.equal(
        headers.get("strict-transport-security"),
        null,
        "sends no Strict-Transport-Security header if the public URL is http",
      );
      for (const name of ["server", "x-powered-by", "access-control-allow-origin"])
        assert.equal(headers.get(name), null);
      stop.abort();
    }
  });

  test("includes the security headers in the response to an invalid request", async () => {
    const socket = await served.connect();
    socket.write("NONSENSE\r\n\r\n");
    const answer = await readToEnd(socket);
    assert.match(answer, /^HTTP\/1\.1 400 /);
    assert.match(answer, /x-content-type-options: nosniff\r\n/);
    assert.match(answer, /content-security-policy: default-src 'none'/);
  });

  test("returns input only as JSON and never as HTML", async () => {
    const markup = "<script>alert(1)</script>";
    for (const [path, init] of [
      [`/${encodeURIComponent(markup)}`, {}],
      [`/nope/${markup}`, {}],
      [`/session/list?page=${encodeURIComponent(markup)}`, {}],
      [
        "/session/create",
        {
          method: "POST",
          body: JSON.stringify({ prompt: "a", agent: markup }),
          headers: { "content-type": "application/json" },
        },
      ],
      ["/session/create", { method: "POST", body: markup, headers: { "content-type": "text/html" } }],
    ] as [string, RequestInit][]) {
      const response = await served.ask(path, key, init);
      assert.ok(response.status >= 400, path);
      assert.equal(response.headers.get("content-type"), "application/json; charset=utf-8");
      assert.equal(response.headers.get("x-content-type-options"), "nosniff");
    }
  });

  test("returns text from people and harnesses unchanged, as data", async () => {
    const words = `</script><img src=x onerror=alert(1)>\u001b]0;title\u0007\u001b[2J "quoted" \u2028 \u202e`;
    const session = await served.testStore.addSession({ title: words, description: words });
    const response = await served.ask(`/v1/sessions/${session.id}`, key);
    assert.equal(response.headers.get("content-type"), "application/json; charset=utf-8");
    const body = (await response.json()) as { title: string; description: string };
    assert.deepEqual([body.title, body.description], [words, words]);
  });

  test("rejects a key in the URL and explains where to put it", async () => {
    for (const path of [
      `/me?apiKey=${key}`,
      `/session/list?apiKey=${key}`,
      `/api/public-api/me?apiKey=${key}`,
    ]) {
      const response = await served.ask(path);
      assert.equal(response.status, 401);
      assert.match(await errorOf(response), /is in the URL.*"Authorization: Bearer <key>"/);
    }
    assert.equal(
      (await served.ask(`/me?apiKey=${key}`, key)).status,
      200,
      "ignores the parameter if the header has the key",
    );
  });

  test("accepts a key in the URL for an operation that declares the parameter", async () => {
    const app = Fastify();
    app.setValidatorCompiler(() => (value) => ({ value }));
    app.setErrorHandler<Error>(sendError);
    const { store, clock } = served.ports;
    const failures = new FailedAuthentications(0);
    app.addHook("onRequest", createAdmission({ store, clock, rateLimiter: null, failures, isSecure: false }));
    const query = z.object({ apiKey: z.string().optional() });
    route(
      app,
      { method: "POST", path: "/trigger", tier: "documented", summary: "Trigger", query, status: 200 },
      async () => undefined,
    );
    const ask = async (url: string) => (await app.inject({ method: "POST", url })).statusCode;
    assert.equal(await ask(`/trigger?apiKey=${key}`), 200);
    assert.equal(await ask("/trigger?apiKey=bad"), 401);
    assert.equal(await ask(`/trigger?apiKey=${key}&apiKey=${key}`), 401);
    await app.close();
  });

  test("masks secret URL parameters in the log", async () => {
    served.app.log.warn({ url: "/x?apiKey=hidden", req: { method: "GET", url: "/y?token=hidden" } }, "said");
    await until(async () => served.logged.some((line) => line.includes("said")));
    assert.match(served.logged.join(""), /apiKey=\*\*\*/);
    await served.testStore.database.pool.query("alter table diffs rename to diffs_away");
    const session = await served.testStore.addSession();
    const path = `/v1/sessions/${session.id}/diffs/${session.id}?access_token=hidden`;
    const response = await served.ask(path, key);
    await served.testStore.database.pool.query("alter table diffs_away rename to diffs");
    assert.equal(response.status, 500);
    await until(async () => served.logged.some((line) => line.includes("request failed")));
    assert.doesNotMatch(served.logged.join(""), /hidden/);
  });

  test("rejects a URL or headers above 16 KiB, and a body above 4 MiB", async () => {
    for (const [path, headers] of [
      [`/${"a".repeat(17_000)}`, {}],
      ["/me", { "x-large": "a".repeat(17_000) }],
      ["/me", Object.fromEntries(Array.from({ length: 600 }, (_, n) => [`x-${n}`, "a".repeat(30)]))],
    ] as [string, Record<string, string>][]) {
      const response = await served.ask(path, key, { headers });
      assert.equal(response.status, 431);
      assert.match(await errorOf(response), /exceed 16 KiB/);
    }
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ prompt: "a".repeat(4 * 1024 * 1024) });
    const large = await served.ask("/session/create", key, { method: "POST", body, headers });
    assert.equal(large.status, 413);
    assert.equal(
      (await served.ask(`/me?x=${"a".repeat(8_000)}`, key)).status,
      200,
      "accepts a shorter address",
    );
  });

  test("rejects a body above 8 KiB before reading it when the request has no key", async () => {
    const ask = async (path: string, bytes: number, authorization = "") => {
      const socket = await served.connect();
      socket.write(
        `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${authorization}content-type: application/json\r\ncontent-length: ${bytes}\r\n\r\n`,
      );
      const [answer] = await once(socket, "data");
      socket.destroy();
      return String(answer);
    };
    const open = (Object.values(operations) as Operation[]).filter((one) => one.isOpen && one.body);
    assert.ok(open.length >= 2, "control: there are open operations with a body");
    for (const path of [...open.map((one) => one.path), "/nope", "/v1/nope"])
      assert.match(await ask(path, 8 * 1024 + 1), /^HTTP\/1\.1 413 [\s\S]*larger than 8 KiB/, path);
    const authorization = `authorization: Bearer ${key}\r\n`;
    const tooMuch = await ask("/session/create", 4 * 1024 ** 2 + 1, authorization);
    assert.match(tooMuch, /larger than 4 MiB/, "control: with a key, the limit is 4 MiB");
    const chunked = await served.ask("/v1/sign-in", undefined, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: new Blob(["x".repeat(9_000)]).stream(),
      duplex: "half",
    } as RequestInit);
    assert.equal(chunked.status, 413, "rejects a chunked body");
  });

  test("rejects a body nested deeper than 200 levels, and a shallower one only for another reason", async () => {
    const create = (instructions: string) =>
      served.ask("/v1/agents", key, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: `{"name":"deep","key":"deep","instructions":${instructions}}`,
      });
    const deep = await create(`${'{"content":['.repeat(50_000)}${"]}".repeat(50_000)}`);
    assert.equal(deep.status, 400);
    assert.match(await errorOf(deep), /more than 200 levels deep/);
    const shallow = await create(`${'{"content":['.repeat(20)}${"]}".repeat(20)}`);
    const other = await errorOf(shallow);
    assert.match(other, /unknown field: key/, "control: the depth is not the reason");
    assert.doesNotMatch(other, /levels deep/);
  });

  test("returns 421 for a foreign host name except to health checks", async () => {
    const statusAs = async (host: string, path: string, more = "") => {
      const socket = await served.connect();
      socket.write(
        `GET ${path} HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${key}\r\n${more}connection: ${more ? "upgrade" : "close"}\r\n\r\n`,
      );
      const answer = await readToEnd(socket);
      if (answer.startsWith("HTTP/1.1 421")) assert.match(answer, /TEMBO_ALLOWED_HOSTS/);
      return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
    };
    const upgrade =
      "upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
    const paths = [
      "/",
      "/me",
      "/git/a/b.git/info/refs",
      "/api/webhook/github",
      "/api/integrations/x",
      "/nope",
    ];
    for (const path of paths) assert.equal(await statusAs("evil.example", path), 421, path);
    assert.equal(await statusAs("evil.example", "/v1/live?ticket=x", upgrade), 421);
    for (const path of ["/healthz", "/readyz"]) assert.equal(await statusAs("evil.example", path), 200, path);
    assert.equal(await statusAs("localhost:3000", "/me"), 200, "control: accepts a loopback name");
  });

  test("destroys the socket of a WebSocket for a foreign host name, even if the client keeps it open", async () => {
    const { client, socket } = await openHalf(served.app.server);
    client.write(
      "GET /v1/live?ticket=x HTTP/1.1\r\nhost: evil.example\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n",
    );
    await once(client, "end");
    await until(async () => socket.destroyed);
    client.destroy();
  });

  test("responds to a client that is still sending an oversized body, and keeps the connection usable", async () => {
    const socket = await served.connect();
    const bytes = 5 * 1024 * 1024;
    socket.write(
      `POST /session/create HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: ${bytes}\r\n\r\n{`,
    );
    const [answer] = await once(socket, "data");
    assert.match(
      String(answer),
      /^HTTP\/1\.1 413 [\s\S]*larger than 4 MiB/,
      "responds before the body has arrived",
    );
    socket.write("a".repeat(bytes - 1));
    socket.write("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n");
    const [next] = await once(socket, "data");
    assert.match(String(next), /^HTTP\/1\.1 200 /);
    socket.destroy();
  });

  test("neither reads nor parses the body of a request without a valid key", async () => {
    const socket = await served.connect();
    socket.write(
      "POST /session/create HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 4000000\r\n\r\n{",
    );
    const [chunk] = await new Promise<[Buffer]>((resolve) => socket.once("data", (data) => resolve([data])));
    assert.match(chunk.toString(), /^HTTP\/1\.1 401 /, "responds before the body has arrived");
    socket.destroy();
  });
});

test("sends Strict-Transport-Security when the public URL is https", async () => {
  const served = await serve({ publicUrl: "https://tembo.example" });
  try {
    const { headers } = await served.ask("/healthz");
    assert.equal(headers.get("strict-transport-security"), "max-age=31536000");
  } finally {
    await served.close();
  }
});

test("disconnects a slow client with 408, but not when the limits are off", async () => {
  const guarded = await serve({
    limits: { headersTimeoutMs: 50, requestTimeoutMs: 100, connectionsCheckMs: 10 },
  });
  const unguarded = await serve({
    limits: { headersTimeoutMs: 0, requestTimeoutMs: 0, connectionsCheckMs: 10 },
  });
  try {
    const key = await guarded.addKey(guarded.testStore.organizationId);
    const inHeaders = "GET /me HTTP/1.1\r\nhost: x\r\nx-slow: ";
    const inBody = `POST /session/create HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"pro`;
    const free = await unguarded.connect();
    free.write(inHeaders);
    for (const text of [inHeaders, inBody]) {
      const socket = await guarded.connect();
      socket.write(text);
      const dribble = setInterval(() => socket.write("a"), 5);
      const answer = await readToEnd(socket);
      clearInterval(dribble);
      assert.match(answer, /^HTTP\/1\.1 408 /);
      assert.match(answer, /did not arrive in time/);
    }
    // The same limit applies to a client that sends a body that is too large. The time for reading the discarded rest is also limited.
    const large = await guarded.connect();
    large.write(inBody.replace("content-length: 100", "content-length: 5000000"));
    const dribble = setInterval(() => large.write("a"), 5);
    assert.match(await readToEnd(large), /^HTTP\/1\.1 413 /);
    clearInterval(dribble);
    assert.equal(free.readyState, "open");
    free.destroy();
  } finally {
    await Promise.all([guarded.close(), unguarded.close()]);
  }
});

test("closes connections over the limit immediately, and limits the requests per connection", async () => {
  const served = await serve({ limits: { maxConnections: 2, maxRequestsPerSocket: 2 } });
  try {
    const sockets = await Promise.all([served.connect(), served.connect()]);
    // A response proves that the server has counted the connection.
    for (const socket of sockets) {
      socket.write("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n");
      await new Promise((resolve) => socket.once("data", resolve));
    }
    const third = await served.connect();
    assert.equal(await readToEnd(third), "");
    const [first, second] = sockets;
    first!.write("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n");
    const last = await new Promise((resolve) => first!.once("data", (data) => resolve(String(data))));
    assert.match(last as string, /connection: close/i);
    for (const socket of [first, second]) socket!.destroy();
  } finally {
    await served.close();
  }
});
