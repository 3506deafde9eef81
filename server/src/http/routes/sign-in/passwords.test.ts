import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { after, before, beforeEach, type TestContext, test } from "node:test";
import { hashToken, PasswordHasher } from "../../../core/accounts/index.ts";
import { HashQueue, type Requester } from "../../../core/accounts/sign-in/hash-queue.ts";
import { newId } from "../../../core/base/index.ts";
import { seedPersonOfTwo } from "../../../testing/person-of-two.ts";
import { type Served, serve } from "../../../testing/test-server.ts";
import { askWithCookie, cookieOf } from "./testing/browser.ts";

const password = "correct horse battery staple";
const minutes = 60_000;
const errorOf = async (response: Response) => ((await response.json()) as { error: string }).error;

let served: Served;
let key: string;
let email: string;
before(async () => {
  served = await serve();
});
after(() => served.close());
beforeEach(async () => {
  email = `${newId()}@example.com`;
  key = await addPerson(email);
});

/** Creates a member, and returns a key for the member. */
async function addPerson(address: string): Promise<string> {
  const { store, organizationId, clock } = served.testStore;
  const [userId, at] = [newId(), clock.now()];
  const dates = { createdAt: at, updatedAt: at };
  await store.users.insert({
    id: userId,
    email: address,
    name: null,
    onboarding: null,
    settings: {},
    ...dates,
  });
  await store.members.insert({
    id: newId(),
    organizationId,
    userId,
    email: address,
    role: "member",
    ...dates,
  });
  return served.addKey(organizationId, userId);
}

const signIn = (body: object, init: RequestInit = {}) =>
  served.ask("/v1/sign-in", undefined, {
    method: "POST",
    headers: { "content-type": "application/json", "user-agent": "Browser" },
    body: JSON.stringify(body),
    ...init,
  });
const cookieFor = async (body: object) => cookieOf(await signIn(body)).value;
const choose = (body: object, withKey = key) =>
  served.ask("/v1/sign-in/password", withKey, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const ask = (cookie: string, path: string, init: RequestInit = {}) =>
  askWithCookie(served, cookie, path, init);

async function rename(cookie: string, address: string): Promise<Response> {
  const { userId } = (await (await ask(cookie, "/me")).json()) as { userId: string };
  const body = JSON.stringify({ email: address });
  return ask(cookie, `/v1/users/${userId}`, { method: "PATCH", body });
}
const confirm = (cookie: string, given: string) =>
  ask(cookie, "/v1/sign-in/confirm", { method: "POST", body: JSON.stringify({ password: given }) });

test("sets a password, and signs in with it, ignoring the letter case of the email address", async () => {
  assert.equal((await signIn({ email, password })).status, 401, "control: no password is set");
  assert.deepEqual(await (await choose({ next: password })).json(), { changed: true });
  const response = await signIn({ email: email.toUpperCase(), password });
  assert.equal(response.status, 200);
  assert.equal((await ask(cookieOf(response).value, "/me")).status, 200);
  const { rows } = await served.testStore.database.pool.query("select hash from user_passwords");
  assert.ok(rows.every(({ hash }) => /^scrypt\$/.test(hash)));
});

test("returns the same error for an unknown email address and a wrong password", async () => {
  await choose({ next: password });
  const answers = await Promise.all([
    signIn({ email, password: "wrong horse battery" }),
    signIn({ email: `not-${email}`, password }),
  ]);
  const outcomes = await Promise.all(answers.map(async (one) => [one.status, await errorOf(one)]));
  assert.deepEqual(outcomes[0], outcomes[1]);
  assert.deepEqual(outcomes[0]![0], 401);
});

test("rejects the sign-in of a removed member", async () => {
  await choose({ next: password });
  const { store, organizationId } = served.testStore;
  const member = await store.members.invitedAs(organizationId, email);
  await store.members.delete(member!.id);
  assert.equal((await signIn({ email, password })).status, 401);
});

test("requires the current password for a password change, and ends the other sign-ins", async () => {
  await choose({ next: password });
  const [current, other] = [await cookieFor({ email, password }), await cookieFor({ email, password })];
  const change = (body: object) =>
    ask(current, "/v1/sign-in/password", { method: "PUT", body: JSON.stringify(body) });
  for (const body of [{ next: "another long one" }, { current: "wrong one", next: "another long one" }]) {
    const refused = await change(body);
    assert.equal(refused.status, 403);
    assert.match(await errorOf(refused), /current password/);
  }
  assert.equal((await ask(other, "/me")).status, 200);
  assert.equal((await change({ current: password, next: "another long one" })).status, 200);
  assert.deepEqual([(await ask(current, "/me")).status, (await ask(other, "/me")).status], [200, 401]);
  assert.equal((await signIn({ email, password })).status, 401);
  assert.equal((await signIn({ email, password: "another long one" })).status, 200);
});

test("requires a password of 10 to 200 characters", async () => {
  for (const [length, status] of [
    [9, 400],
    [10, 200],
    [201, 400],
  ] as const)
    assert.equal((await choose({ current: "x".repeat(10), next: "x".repeat(length) })).status, status);
});

test("rejects a password for a person without an email address", async () => {
  const admin = await served.addKey(served.testStore.organizationId);
  const response = await choose({ next: password }, admin);
  assert.equal(response.status, 400);
  assert.match(await errorOf(response), /no email address/);
});

test("signs in with a changed email address, and rejects an address that is taken", async () => {
  await choose({ next: password });
  const next = `next-${email}`;
  assert.equal((await rename(await cookieFor({ email, password }), next)).status, 200);
  assert.equal((await signIn({ email: next, password })).status, 200);
  assert.equal((await signIn({ email, password })).status, 401);
  const other = await addPerson(`other-${email}`);
  await choose({ next: password }, other);
  const otherCookie = await cookieFor({ email: `other-${email}`, password });
  assert.equal((await rename(otherCookie, next.toUpperCase())).status, 409);
  assert.equal((await signIn({ email: `other-${email}`, password })).status, 200);
});

test("lists the person's sign-ins and marks the current one", async () => {
  const other = await cookieFor({ apiKey: key });
  const cookie = await cookieFor({ apiKey: key });
  await ask(other, "/me");
  const { items } = (await (await ask(cookie, "/v1/sign-in/list")).json()) as {
    items: { isCurrent: boolean; userAgent: string; lastUsedAt: string | null }[];
  };
  assert.equal(items.length, 2);
  assert.equal(items.filter(({ isCurrent }) => isCurrent).length, 1);
  assert.ok(items.every(({ userAgent, lastUsedAt }) => userAgent === "Browser" && lastUsedAt !== null));
});

test("ends all sign-ins of one person when signing out everywhere", async () => {
  const cookies = [await cookieFor({ apiKey: key }), await cookieFor({ apiKey: key })];
  const stranger = await cookieFor({ apiKey: await addPerson(`stranger-${email}`) });
  const response = await ask(cookies[0]!, "/v1/sign-in/all", { method: "DELETE" });
  assert.deepEqual([response.status, await response.json()], [200, { signedIn: false }]);
  assert.equal(cookieOf(response).attributes[0], "Max-Age=0");
  for (const cookie of cookies) assert.equal((await ask(cookie, "/me")).status, 401);
  assert.equal((await ask(stranger, "/me")).status, 200);
  assert.equal((await served.ask("/me", key)).status, 200, "API keys stay valid");
});

const browserCookie = (response: Response) =>
  response.headers
    .getSetCookie()
    .find((cookie) => cookie.startsWith("tembo_browser="))!
    .split(";")[0]!;

test("limits sixty concurrent wrong passwords to ten checks but admits a known browser", async () => {
  await choose({ next: password });
  const cookie = browserCookie(await signIn({ email, password }));
  const fromBrowser = { headers: { "content-type": "application/json", cookie } };
  const all = await Promise.all(Array.from({ length: 60 }, () => signIn({ email, password: "wrong" })));
  const statuses = all.map(({ status }) => status);
  assert.deepEqual(
    [401, 429].map((status) => statuses.filter((one) => one === status).length),
    [10, 50],
  );
  const refused = await signIn({ email: email.toUpperCase(), password });
  assert.equal(refused.status, 429, "control: rejects another browser at the same address");
  assert.ok(Number(refused.headers.get("retry-after")) > 0);
  assert.match(await errorOf(refused), /Too many incorrect passwords were entered for this account/);
  assert.equal((await signIn({ email, password }, fromBrowser)).status, 200);
  assert.equal((await signIn({ apiKey: key })).status, 200, "accepts an API key");
});

/** Emits "run" when a task enters the queue. */
class WatchedQueue extends HashQueue {
  readonly arrivals = new EventEmitter();

  override run<T>(requester: Requester, work: () => Promise<T>): Promise<T> {
    const result = super.run(requester, work);
    this.arrivals.emit("run");
    return result;
  }
}

/**
 * Starts a server with a user who has signed in with a browser. Requests from unknown users fill the server's hash queue until `release` is
 * called.
 */
async function serveFull(t: TestContext, strangers: number) {
  const queue = new WatchedQueue();
  const full = await serve({ hasher: new PasswordHasher(2 ** 10, queue), trustedProxies: ["127.0.0.1"] });
  t.after(() => full.close());
  const person = await seedPersonOfTwo(full.testStore);
  const { promise, resolve: release } = Promise.withResolvers<void>();
  const held = Array.from({ length: strangers }, (_, index) =>
    queue.run({ isKnown: false, source: `network ${index}` }, () => promise),
  );
  const enter = (given: object, headers: object = {}) =>
    full.ask("/v1/sign-in", undefined, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ email: person.email, password: person.password, ...given }),
    });
  const releaseAll = async () => {
    release();
    await Promise.all(held);
  };
  return { person, enter, releaseAll, arrivals: queue.arrivals };
}

test("admits a known browser while strangers fill the queue of password hashes", async (t) => {
  const { person, enter, releaseAll, arrivals } = await serveFull(t, 32);
  for (let attempt = 0; attempt < 12; attempt++) {
    const refused = await enter({});
    assert.equal(refused.status, 429, "control: rejects an unknown browser");
    assert.match(await errorOf(refused), /Too many people are signing in/, "does not count as an attempt");
  }
  const arrived = once(arrivals, "run");
  const fromBrowser = enter({}, { cookie: `tembo_browser=${person.browserToken}` });
  await arrived;
  await releaseAll();
  assert.equal((await fromBrowser).status, 200);
  assert.equal((await enter({})).status, 200, "admits any browser once the queue has room");
});

test("limits a network to ten concurrent password checks across accounts", async (t) => {
  const { enter, releaseAll } = await serveFull(t, 2);
  const from = (address: string, index: number) =>
    enter({ email: `${index}@example.com` }, { "x-forwarded-for": address });
  const refused = Promise.withResolvers<void>();
  const statuses: number[] = [];
  const all = Array.from({ length: 12 }, (_, index) =>
    from("192.0.2.7", index).then(({ status }) => {
      if (statuses.push(status) === 2) refused.resolve();
    }),
  );
  await refused.promise;
  assert.deepEqual(statuses, [429, 429]);
  const other = from("192.0.2.8", 0);
  await releaseAll();
  await Promise.all(all);
  assert.deepEqual(
    statuses.slice(2),
    Array.from({ length: 10 }, () => 401),
  );
  assert.equal((await other).status, 401, "another network has its own limit");
});

test("does not recognize a browser for another person or after a password change", async () => {
  await choose({ next: password });
  const cookie = browserCookie(await signIn({ email, password }));
  const isKnown = async (address: string) => {
    const [, token] = cookie.split("=");
    return served.testStore.store.knownBrowsers.belongsTo(address, hashToken(token!));
  };
  const other = `other-${email}`;
  await choose({ next: password }, await addPerson(other));
  assert.deepEqual([await isKnown(email), await isKnown(other)], [true, false]);
  await choose({ current: password, next: "another long password" });
  assert.equal(await isKnown(email), false);
});

test("replaces a hash with outdated parameters on sign-in", async () => {
  const { userId } = (await (await served.ask("/me", key)).json()) as { userId: string };
  const { passwords } = served.testStore.store;
  const older = await new PasswordHasher(2 ** 9).hash(password, { isKnown: true, source: "" });
  await passwords.save({ userId, email, hash: older });
  assert.equal((await signIn({ email, password: "wrong" })).status, 401);
  assert.equal((await passwords.findOf(userId))!.hash, older);
  assert.equal((await signIn({ email, password })).status, 200);
  assert.match((await passwords.findOf(userId))!.hash, /^scrypt\$1024\$8\$1\$/);
  assert.equal((await signIn({ email, password })).status, 200);
});

test("requires a password entered within ten minutes for account changes", async () => {
  const { clock } = served.testStore;
  const start = clock.now();
  await choose({ next: password });
  const cookie = await cookieFor({ email, password });
  assert.equal((await rename(cookie, `a-${email}`)).status, 200, "the password was entered just now");
  clock.set(new Date(start.getTime() + 10 * minutes));
  for (const [path, method] of [
    ["/v1/sign-in/all", "DELETE"],
    ["/v1/sign-in/password", "PUT"],
  ] as const) {
    const refused = await ask(cookie, path, { method, body: JSON.stringify({ next: password }) });
    assert.equal(refused.status, 403, path);
  }
  const refused = await rename(cookie, `b-${email}`);
  assert.deepEqual(
    [refused.status, ((await refused.json()) as { code: string }).code],
    [403, "confirmation_required"],
  );
  assert.equal((await confirm(cookie, "wrong horse battery")).status, 403);
  assert.equal((await rename(cookie, `b-${email}`)).status, 403);
  assert.equal((await confirm(cookie, password)).status, 200);
  assert.equal((await rename(cookie, `b-${email}`)).status, 200);
  clock.set(start);
});

test("requires a password for account changes after a sign-in with a key", async () => {
  await choose({ next: password });
  const cookie = await cookieFor({ apiKey: key });
  assert.equal((await rename(cookie, `a-${email}`)).status, 403);
  assert.equal((await confirm(cookie, password)).status, 200);
  assert.equal((await rename(cookie, `a-${email}`)).status, 200);
  const byKey = await served.ask("/v1/sign-in/confirm", key, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ password }),
  });
  assert.equal(byKey.status, 403, "an API key does not confirm the change");
});

test("rejects setting a first password with a key that an admin created", async () => {
  const { userId } = (await (await served.ask("/me", key)).json()) as { userId: string };
  const { store, organizationId } = served.testStore;
  await store.users.setManagedBy(userId, organizationId);
  const refused = await choose({ next: password });
  assert.equal(refused.status, 403);
  assert.match(await errorOf(refused), /invitation link/);
  await store.users.setManagedBy(userId, null);
  assert.equal(
    (await choose({ next: password })).status,
    200,
    "control: accepts an account that no organization manages",
  );
});

test("ends the sign-ins that were made with a revoked key, and keeps others", async () => {
  await choose({ next: password });
  const [byKey, byPassword] = [await cookieFor({ apiKey: key }), await cookieFor({ email, password })];
  const { items } = (await (await ask(byPassword, "/v1/sign-in/list")).json()) as {
    items: { apiKeyId: string | null }[];
  };
  const made = items.map(({ apiKeyId }) => apiKeyId).filter((id) => id !== null);
  assert.equal(made.length, 1);
  assert.equal((await ask(byKey, "/me")).status, 200);
  assert.equal((await ask(byPassword, `/v1/api-keys/${made[0]}`, { method: "DELETE" })).status, 200);
  assert.deepEqual([(await ask(byKey, "/me")).status, (await ask(byPassword, "/me")).status], [401, 200]);
});

test("leaves no sign-in behind when its key is revoked during the sign-in", async () => {
  const { store, organizationId, database } = served.testStore;
  const { userId } = (await (await served.ask("/me", key)).json()) as { userId: string };
  const [made] = (await store.apiKeys.list(organizationId, { limit: 1, userId })).items;
  const all = await Promise.allSettled([
    ...Array.from({ length: 8 }, () => signIn({ apiKey: key })),
    store.transaction((tx) => tx.apiKeys.revoke(organizationId, made!.id)),
  ]);
  assert.ok(all.every(({ status }) => status === "fulfilled"));
  const { rows } = await database.pool.query(
    "select 1 from api_keys where user_id = $1 and kind = 'signIn' and revoked_at is null",
    [userId],
  );
  assert.equal(rows.length, 0);
});

test("lets an admin end one of a member's sign-ins, and keeps the others", async () => {
  await choose({ next: password });
  const { store, organizationId, userId, clock } = served.testStore;
  const first = await cookieFor({ email, password });
  clock.set(new Date(clock.now().getTime() + 1_000));
  const second = await cookieFor({ email, password });
  const member = await store.members.invitedAs(organizationId, email);
  const path = `/v1/organizations/${organizationId}/members/${member!.id}/sign-ins`;
  const admin = await served.addKey(organizationId);
  const list = async () =>
    ((await (await served.ask(path, admin)).json()) as { items: { id: string; address: string }[] }).items;
  const [newest] = await list();
  assert.equal(newest!.address, "127.0.0.1");
  const one = `${path}/${newest!.id}`;
  assert.equal((await ask(first, one, { method: "DELETE" })).status, 403, "rejects a member");
  assert.equal((await served.ask(one, admin, { method: "DELETE" })).status, 200);
  assert.deepEqual([(await ask(first, "/me")).status, (await ask(second, "/me")).status], [200, 401]);
  assert.equal((await list()).length, 1);

  const again = await served.ask(one, admin, { method: "DELETE" });
  assert.equal(again.status, 404);
  assert.match(await errorOf(again), /no sign-in .*List the sign-ins again/);
  const [left] = await list();
  const ofAdmin = (await store.members.ofUser(organizationId, userId))!.id;
  const asAnother = `/v1/organizations/${organizationId}/members/${ofAdmin}/sign-ins/${left!.id}`;
  assert.equal((await served.ask(asAnother, admin, { method: "DELETE" })).status, 404);
  assert.equal((await ask(first, "/me")).status, 200, "the sign-in of another person stays valid");
});

test("lets an admin list and end a member's sign-ins to their own organization", async () => {
  await choose({ next: password });
  const cookie = await cookieFor({ email, password });
  const { store, organizationId } = served.testStore;
  const member = await store.members.invitedAs(organizationId, email);
  const path = `/v1/organizations/${organizationId}/members/${member!.id}/sign-ins`;
  const admin = await served.addKey(organizationId);
  assert.equal((await ask(cookie, path)).status, 403, "rejects a member");
  const listed = (await (await served.ask(path, admin)).json()) as { items: { userAgent: string }[] };
  assert.deepEqual(
    listed.items.map(({ userAgent }) => userAgent),
    ["Browser"],
  );
  assert.equal((await ask(cookie, "/me")).status, 200);
  assert.equal((await served.ask(path, admin, { method: "DELETE" })).status, 200);
  assert.equal((await ask(cookie, "/me")).status, 401);
  assert.equal((await served.ask("/me", key)).status, 200, "API keys stay valid");
});
