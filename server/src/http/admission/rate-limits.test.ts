import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { after, before, describe, test } from "node:test";
import type { RateLimiter } from "../../core/accounts/index.ts";
import { createRateLimiter } from "../../store/rate-limit/rate-limiter.ts";
import { type Served, serve } from "../../testing/test-server.ts";
import { askWithCookie, cookieOf } from "../routes/sign-in/testing/browser.ts";

const errorOf = async (response: Response) => ((await response.json()) as { error: string }).error;

describe("rate limits", () => {
  let served: Served;
  before(async () => {
    served = await serve({
      rates: { perKeyPerMinute: 3, perSignInPerMinute: 2, perOrganizationPerHour: 5 },
      limits: { failedAuthenticationsPerMinute: 4 },
    });
  });
  after(() => served.close());

  test("returns the remaining requests, adds Retry-After on 429, and ignores uncounted paths", async () => {
    const { organizationId } = served.testStore;
    const [one, two] = [await served.addKey(organizationId), await served.addKey(organizationId)];
    for (const remaining of ["2", "1", "0"]) {
      const { status, headers } = await served.ask("/me", one);
      assert.equal(status, 200);
      assert.equal(headers.get("ratelimit-limit"), "3");
      assert.equal(headers.get("ratelimit-remaining"), remaining);
      assert.match(headers.get("ratelimit-reset")!, /^\d+$/);
      assert.equal(headers.get("ratelimit-policy"), "3;w=60, 5;w=3600");
      assert.equal(headers.get("retry-after"), null);
    }
    const refused = await served.ask("/session/list", one);
    assert.equal(refused.status, 429);
    assert.equal(refused.headers.get("ratelimit-remaining"), "0");
    const wait = Number(refused.headers.get("retry-after"));
    assert.ok(wait >= 1 && wait <= 60, `${wait}`);
    assert.equal(
      await errorOf(refused),
      `The API key has used its 3 requests for this minute. Try again in ${wait} s.`,
    );

    assert.equal(
      (await served.ask("/me", two)).headers.get("ratelimit-limit"),
      "5",
      "the limit of the organization is lower",
    );
    assert.equal((await served.ask("/me", two)).status, 200);
    const whole = await served.ask("/me", two);
    assert.equal(whole.status, 429);
    assert.match(await errorOf(whole), /^The organization has used its 5 requests for this hour/);

    for (const path of ["/healthz", "/readyz", "/git/a/b.git/info/refs"])
      assert.equal((await served.ask(path, one)).status, 200, `${path} does not count toward the limit`);
  });

  test("counts a stream once and returns its headers", async () => {
    const organizationId = "01890a5d-ac96-774b-bcce-b302099a8058";
    await served.testStore.store.organizations.insert({ id: organizationId, name: "Streams" });
    const key = await served.addKey(organizationId);
    const session = await served.testStore.addSession({ organizationId });
    const stop = new AbortController();
    const stream = await served.ask(`/v1/sessions/${session.id}/events/stream`, key, { signal: stop.signal });
    assert.equal(stream.headers.get("ratelimit-remaining"), "2");
    assert.equal((await served.ask("/me", key)).headers.get("ratelimit-remaining"), "1");
    stop.abort();
  });

  test("counts a page's requests only toward its sign-in", async () => {
    const organizationId = await served.testStore.addOrganization();
    const key = await served.addKey(organizationId);
    const answer = await served.ask("/v1/sign-in", undefined, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ apiKey: key }),
    });
    const { value } = cookieOf(answer);
    const statuses: number[] = [];
    for (let n = 0; n < 3; n++) statuses.push((await askWithCookie(served, value, "/me")).status);
    assert.deepEqual(statuses, [200, 200, 429]);
    const { status, headers } = await served.ask("/me", key);
    assert.deepEqual([status, headers.get("ratelimit-remaining")], [200, "2"]);
  });

  test("rejects unused keys from an address that sent too many invalid ones, but admits a known key", async () => {
    const organizationId = "01890a5d-ac96-774b-bcce-b302099a8059";
    await served.testStore.store.organizations.insert({ id: organizationId, name: "Good" });
    const [known, unused] = [await served.addKey(organizationId), await served.addKey(organizationId)];
    assert.equal((await served.ask("/me", known)).status, 200);
    const statuses: number[] = [];
    for (let n = 0; n < 6; n++) statuses.push((await served.ask("/me", `tembo_bad_${n}`)).status);
    assert.deepEqual(statuses, [401, 401, 401, 401, 429, 429]);
    const refused = await served.ask("/me", unused);
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers.get("retry-after")) >= 1);
    assert.match(
      await errorOf(refused),
      /Your IP address sent too many requests with an invalid API key, password, link or ticket/,
    );
    assert.equal((await served.ask("/me")).status, 401, "a request without a key is not rate-limited");
    assert.equal((await served.ask("/me", known)).status, 200);
  });
});

test("counts nothing, and returns no headers, without a limiter", async () => {
  const served = await serve({ limits: { failedAuthenticationsPerMinute: 1 } });
  try {
    const key = await served.addKey(served.testStore.organizationId);
    for (let n = 0; n < 5; n++) assert.equal((await served.ask("/me", "bad")).status, 401);
    const { headers } = await served.ask("/me", key);
    assert.equal(headers.get("ratelimit-limit"), null);
    const { rows } = await served.testStore.database.pool.query(
      "select count(*)::int as count from rate_limits",
    );
    assert.equal(rows[0].count, 0);
  } finally {
    await served.close();
  }
});

test("serves keys and sign-ins with any combination of limits, and returns headers of the active ones", async () => {
  let limiter: RateLimiter | null = null;
  const none = { refusal: null, windows: [] };
  const served = await serve({ rateLimiter: { count: async (caller) => limiter?.count(caller) ?? none } });
  try {
    const key = await served.addKey(served.testStore.organizationId);
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ apiKey: key });
    const { value } = cookieOf(await served.ask("/v1/sign-in", undefined, { method: "POST", headers, body }));
    for (let combination = 0; combination < 8; combination++) {
      const [perKeyPerMinute, perSignInPerMinute, perOrganizationPerHour] = [1, 2, 4].map((bit) =>
        (combination & bit) === 0 ? 0 : 1_000,
      ) as [number, number, number];
      const { pool } = served.testStore.database;
      limiter = createRateLimiter({ pool, perKeyPerMinute, perSignInPerMinute, perOrganizationPerHour });
      const answers = [await served.ask("/me", key), await askWithCookie(served, value, "/me")];
      const isLimited = answers.map(({ headers }) => headers.has("ratelimit-limit"));
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200],
        `combination ${combination}`,
      );
      assert.deepEqual(isLimited, [perKeyPerMinute + perOrganizationPerHour > 0, perSignInPerMinute > 0]);
    }
  } finally {
    await served.close();
  }
});

test("counts invalid keys for git, the forge API and MCP too, by the client's address behind a proxy", async () => {
  const refuse = async (_: unknown, response: ServerResponse) => {
    response.statusCode = 401;
    response.end();
  };
  const none = { refusal: null, windows: [] };
  const served = await serve({
    rateLimiter: { count: async () => none },
    limits: { failedAuthenticationsPerMinute: 2 },
    trustedProxies: ["127.0.0.1"],
    git: refuse,
    forgeApi: refuse,
  });
  try {
    const statusFrom = async (client: string, path: string, authorization: string) => {
      const headers = { authorization, "x-forwarded-for": client, "content-type": "application/json" };
      const init = path === "/mcp" ? { method: "POST", body: "{}", headers } : { headers };
      return (await served.ask(path, undefined, init)).status;
    };
    const basic = `Basic ${Buffer.from("x:bad").toString("base64")}`;
    const entrances = [
      ["198.51.100.1", "/git/a/b.git/info/refs", basic],
      ["198.51.100.2", "/api/github/v3/user", "token bad"],
      ["198.51.100.3", "/api/github/v3", "Bearer bad"],
      ["198.51.100.4", "/mcp", "Bearer bad"],
    ] as const;
    for (const [client, path, authorization] of entrances) {
      const statuses: number[] = [];
      for (let n = 0; n < 3; n++) statuses.push(await statusFrom(client, path, authorization));
      assert.deepEqual(statuses, [401, 401, 429], path);
    }
    assert.equal(await statusFrom("198.51.100.9", "/me", "Bearer bad"), 401, "does not limit another client");
    for (let n = 0; n < 4; n++) assert.equal((await served.ask("/git/a/b.git/info/refs")).status, 401);
  } finally {
    await served.close();
  }
});

test("admits another machine of the installation from an address that sent too many invalid keys", async () => {
  const serveBare = async ({ headers }: IncomingMessage, response: ServerResponse) => {
    response.statusCode = headers.authorization === "Bearer bad" ? 401 : 200;
    response.end();
  };
  const served = await serve({
    rateLimiter: { count: async () => ({ refusal: null, windows: [] }) },
    limits: { failedAuthenticationsPerMinute: 1 },
    git: serveBare,
    forgeCalls: { path: "/internal/forge", serve: serveBare },
    joins: { path: "/internal/join", serve: serveBare },
    isFromMachine: ({ headers }) => headers.authorization === "Bearer machine",
  });
  try {
    const statuses = async (token: string) => {
      const paths = ["/git/a/b.git/info/refs", "/internal/forge"];
      return Promise.all(paths.map(async (path) => (await served.ask(path, token)).status));
    };
    assert.equal((await served.ask("/internal/forge", "bad")).status, 401);
    assert.deepEqual(await statuses("unused"), [429, 429], "control");
    assert.deepEqual(await statuses("machine"), [200, 200]);
    assert.equal(
      (await served.ask("/internal/join", "machine")).status,
      429,
      "a join token is no such machine",
    );
  } finally {
    await served.close();
  }
});
