import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { hashToken } from "../../../core/accounts/index.ts";
import { maxSignIns } from "../../../core/accounts/sign-in/create-sign-in.ts";
import { type Served, serve } from "../../../testing/test-server.ts";
import { someTime } from "../../../testing/test-store.ts";
import { askWithCookie, cookieOf, ownPage } from "./testing/browser.ts";

const dayMs = 24 * 60 * 60_000;
const errorOf = async (response: Response) => ((await response.json()) as { error: string }).error;

let served: Served;
let key: string;
before(async () => {
  served = await serve();
  key = await served.addKey(served.testStore.organizationId);
});
after(() => served.close());

const post = (body: unknown, headers: Record<string, string> = {}) =>
  served.ask("/v1/sign-in", undefined, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

async function signIn(): Promise<string> {
  const response = await post({ apiKey: key });
  assert.equal(response.status, 200);
  return cookieOf(response).value;
}

const ask = (cookie: string, path: string, init: RequestInit = {}) =>
  askWithCookie(served, cookie, path, init);

describe("signing in with an API key", () => {
  test("grants the cookie the permissions of the key", async () => {
    const response = await post({ apiKey: key });
    const { userId, organizationId } = served.testStore;
    const { pageSecret, ...person } = (await response.json()) as Record<string, string>;
    assert.match(pageSecret!, /^[\w-]{43}$/);
    assert.deepEqual(person, { userId, organizationId, role: "org:admin" });
    const { value } = cookieOf(response);
    assert.equal((await ask(value, "/me")).status, 200);
    const made = await ask(value, "/v1/api-keys", { method: "POST", body: '{"name":"CI"}' });
    assert.equal(made.status, 201);
    assert.equal(
      (await served.ask("/me", undefined, { headers: ownPage })).status,
      401,
      "control: rejects a request without the cookie",
    );
  });

  test("sets a cookie that browsers send only from this server's pages and hide from scripts", async () => {
    const { value, attributes } = cookieOf(await post({ apiKey: key }));
    assert.match(value, /^tembo_session=tembo_session_[\w-]{43}$/);
    assert.deepEqual(attributes, ["Max-Age=2592000", "Path=/", "HttpOnly", "SameSite=Strict"]);
    const https = await serve({ publicUrl: "https://tembo.example" });
    try {
      const httpsKey = await https.addKey(https.testStore.organizationId);
      const response = await https.ask("/v1/sign-in", undefined, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ apiKey: httpsKey }),
      });
      const secure = cookieOf(response);
      assert.match(secure.value, /^__Host-tembo_session=/);
      assert.deepEqual(secure.attributes, [...attributes, "Secure"]);
      assert.equal((await askWithCookie(https, secure.value, "/me")).status, 200);
      // A page of a sibling host can set a cookie without the prefix.
      const tossed = await https.ask("/v1/sign-in", undefined, {
        headers: { cookie: secure.value.replace("__Host-", ""), "sec-fetch-site": "same-origin" },
      });
      assert.partialDeepStrictEqual(await tossed.json(), { signedIn: false });
    } finally {
      await https.close();
    }
  });

  test("rejects an unknown, revoked or invalid key", async () => {
    const revoked = await served.addKey(served.testStore.organizationId);
    const { items } = await served.testStore.store.apiKeys.list(served.testStore.organizationId, {
      limit: 1,
    });
    await served.testStore.store.apiKeys.revoke(served.testStore.organizationId, items[0]!.id);
    for (const apiKey of ["tembo_unknown", revoked]) {
      const response = await post({ apiKey });
      assert.equal(response.status, 401);
      assert.match(await errorOf(response), /unknown or revoked/);
      assert.equal(response.headers.get("set-cookie"), null);
    }
    for (const body of [{}, { apiKey: "" }, { apiKey: 1 }, { apiKey: key, more: 1 }])
      assert.equal((await post(body)).status, 400);
  });
});

describe("keys and sign-ins are not interchangeable", () => {
  test("rejects a cookie's token as a key, in the header and for signing in", async () => {
    const token = (await signIn()).replace("tembo_session=", "");
    assert.equal((await served.ask("/me", token)).status, 401);
    assert.equal((await post({ apiKey: token })).status, 401);
  });

  test("rejects an API key as a cookie", async () => {
    const response = await ask(`tembo_session=${key}`, "/me");
    assert.equal(response.status, 401);
    assert.match(await errorOf(response), /Sign in again/);
  });

  test("ignores the cookie if the request has an Authorization header", async () => {
    const cookie = await signIn();
    for (const authorization of ["Bearer bad", "Basic dXNlcjpwYXNz"])
      assert.equal((await ask(cookie, "/me", { headers: { authorization } })).status, 401, authorization);
    const headers = { cookie: "tembo_session=bad", authorization: `Bearer ${key}` };
    assert.equal((await served.ask("/me", undefined, { headers })).status, 200);
  });

  test("hides sign-ins from the list of keys and rejects them as keys", async () => {
    const cookie = await signIn();
    const { organizationId, database } = served.testStore;
    const { rows } = await database.pool.query("select id from api_keys where kind = 'signIn'");
    const { items } = await served.testStore.store.apiKeys.list(organizationId, { limit: 100 });
    assert.ok(items.length > 0 && rows.length > 0);
    for (const { id } of rows) {
      assert.ok(!items.some((item) => item.id === id));
      for (const init of [{}, { method: "PATCH", body: '{"name":"x"}' }, { method: "DELETE" }])
        assert.equal((await ask(cookie, `/v1/api-keys/${id}`, init)).status, 404);
    }
    assert.equal((await ask(cookie, "/me")).status, 200);
  });
});

test("rejects the cookie on a request from another server's page", async () => {
  const cookie = await signIn();
  const foreign = { headers: { cookie, "sec-fetch-site": "cross-site" } };
  for (const path of ["/me", "/v1/sign-in", "/api/public-api/me"]) {
    const response = await served.ask(path, undefined, foreign);
    assert.equal(response.status, 403, path);
    assert.match(await errorOf(response), /only from its own pages/);
    assert.equal((await ask(cookie, path)).status, 200, "control: accepts the server's own page");
  }
  const signOut = await served.ask("/v1/sign-in", undefined, { ...foreign, method: "DELETE" });
  assert.equal(signOut.status, 403);
  assert.equal((await ask(cookie, "/me")).status, 200);
});

describe("GET /v1/sign-in", () => {
  const state = async (headers: Record<string, string>) =>
    (await served.ask("/v1/sign-in", undefined, { headers })).json();

  test("returns the signed-in person", async () => {
    const { userId, organizationId, store } = served.testStore;
    const { name, email } = (await store.users.find(userId))!;
    assert.deepEqual(await state({ ...ownPage, cookie: await signIn() }), {
      signedIn: true,
      needsFirstUser: true,
      user: { id: userId, name, email, role: "org:admin", organizationId },
    });
  });

  test("returns no user without a sign-in", async () => {
    const signedOut = { signedIn: false, needsFirstUser: true, user: null };
    assert.deepEqual(await state({}), signedOut);
    assert.deepEqual(await state({ ...ownPage, cookie: "tembo_session=bad; other=1" }), signedOut);
    assert.deepEqual(await state({ authorization: `Bearer ${key}` }), signedOut);
  });
});

test("ends the sign-in on sign-out, which can be repeated", async () => {
  const [cookie, other] = [await signIn(), await signIn()];
  for (let n = 0; n < 2; n++) {
    const response = await ask(cookie, "/v1/sign-in", { method: "DELETE" });
    assert.deepEqual([response.status, await response.json()], [200, { signedIn: false }]);
    const { value, attributes } = cookieOf(response);
    assert.deepEqual([value, attributes[0]], ["tembo_session=", "Max-Age=0"]);
  }
  const refused = await ask(cookie, "/me");
  assert.equal(refused.status, 401);
  assert.equal(cookieOf(refused).attributes[0], "Max-Age=0", "the browser deletes the invalid cookie");
  assert.equal((await ask(other, "/me")).status, 200);
});

test("the cookie is rejected without the page's secret and with the secret of another page", async () => {
  const [cookie, other] = [await signIn(), await signIn()];
  const { pageSecret } = (await (await post({ apiKey: key })).json()) as { pageSecret: string };
  const secrets = { none: undefined, "the header of an old page": "1", "another sign-in's": pageSecret };
  for (const [what, secret] of Object.entries(secrets)) {
    const headers = { ...ownPage, cookie, ...(secret !== undefined && { "x-tembo-page": secret }) };
    // Bypasses the helper, which would send the page secret.
    const refused = await fetch(`${served.url}/me`, { headers });
    assert.equal(refused.status, 401, what);
    const state = (await (await fetch(`${served.url}/v1/sign-in`, { headers })).json()) as { user: unknown };
    assert.equal(state.user, null, what);
    const key = await fetch(`${served.url}/v1/api-keys`, { method: "POST", headers, body: "{}" });
    assert.equal(key.status, 401, what);
  }
  for (const one of [cookie, other])
    assert.equal((await ask(one, "/me")).status, 200, "control: accepts each cookie with its own secret");
});

test("stores the page secret as a hash", async () => {
  const { pageSecret } = (await (await post({ apiKey: key })).json()) as { pageSecret: string };
  const { rows } = await served.testStore.database.pool.query(
    "select page_secret_hash from api_keys where kind = 'signIn'",
  );
  const kept = rows.map((row) => (row.page_secret_hash as Buffer).toString("base64url"));
  assert.ok(kept.length > 0 && !kept.includes(pageSecret));
  assert.ok(kept.includes(hashToken(pageSecret).toString("base64url")));
});

describe("a sign-in ends", () => {
  const at = (ms: number) => served.testStore.clock.set(new Date(someTime.getTime() + ms));
  after(() => at(0));

  test("after thirty days without use", async () => {
    const cookie = await signIn();
    at(30 * dayMs - 1);
    const other = await signIn();
    at(30 * dayMs);
    assert.equal((await ask(cookie, "/me")).status, 401);
    assert.equal((await ask(other, "/me")).status, 200);
    at(0);
  });

  test("later each time it is used, and its cookie is renewed once a day", async () => {
    const cookie = await signIn();
    at(dayMs - 1);
    assert.equal((await ask(cookie, "/me")).headers.get("set-cookie"), null);
    at(29 * dayMs);
    const slid = await ask(cookie, "/me");
    assert.equal(cookieOf(slid).value, cookie);
    assert.equal(cookieOf(slid).attributes[0], "Max-Age=2592000");
    assert.equal((await ask(cookie, "/me")).headers.get("set-cookie"), null);
    at(59 * dayMs - 1);
    assert.equal((await ask(cookie, "/me")).status, 200);
    at(0);
  });

  test("when the person has twenty newer ones", async () => {
    at(100 * dayMs);
    const first = await signIn();
    at(100 * dayMs + 1);
    await Promise.all(Array.from({ length: maxSignIns - 1 }, signIn));
    assert.equal((await ask(first, "/me")).status, 200);
    await Promise.all([signIn(), signIn()]);
    assert.equal((await ask(first, "/me")).status, 401);
    const { rows } = await served.testStore.database.pool.query(
      "select count(*)::int as count from api_keys where kind = 'signIn' and revoked_at is null and expires_at > $1",
      [served.testStore.clock.now()],
    );
    assert.equal(rows[0].count, maxSignIns);
  });
});
