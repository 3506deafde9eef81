import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Operation, operations } from "@tembo/contract";
import { z } from "zod";
import { newId } from "../../core/base/index.ts";
import { type Served, serve } from "../../testing/test-server.ts";
import { someTime, until } from "../../testing/test-store.ts";

let served: Served;
let key: string;
before(async () => {
  served = await serve();
  key = await served.addKey(served.testStore.organizationId);
});
after(() => served.close());

async function call(path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await served.ask(path, key, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as { readonly id: string; readonly error: string };
  return { status: response.status, headers: response.headers, body: answer };
}

test("replays the response for an Idempotency-Key, and rejects a different request", async () => {
  const headers = { "idempotency-key": `key-${newId()}` };
  const send = (description: string) => call("/v1/sessions", { description, queueRightAway: false }, headers);
  const without = async () =>
    (await call("/v1/sessions", { description: "Once.", queueRightAway: false })).body.id;
  const one = await send("Once.");
  const two = await send("Once.");
  assert.deepEqual([one.status, two.status, two.body], [201, 201, one.body]);
  assert.equal(one.headers.get("idempotent-replayed"), null);
  assert.equal(two.headers.get("idempotent-replayed"), "true");
  const another = await send("Twice.");
  assert.equal(another.status, 409);
  assert.match(another.body.error, /Choose a new key/);
  assert.equal(another.headers.get("x-should-retry"), "false");
  // Control: without the key, each request creates a new session.
  assert.notEqual(await without(), await without());
  served.testStore.clock.set(new Date(served.testStore.clock.now().getTime() + 25 * 60 * 60_000));
  assert.notEqual((await send("Once.")).body.id, one.body.id, "the key is free after a day");
});

test("allows a key again after a failure, rejects an overlong key, and does not store a token", async () => {
  const failing = { "idempotency-key": "fails" };
  const bad = { description: "Go.", codeRepositoryIds: [newId()] };
  assert.equal((await call("/v1/sessions", bad, failing)).status, 400);
  const good = { description: "Go.", queueRightAway: false };
  assert.equal(
    (await call("/v1/sessions", good, failing)).status,
    201,
    "the failed request did not use up the key",
  );
  const long = await call("/v1/sessions", good, { "idempotency-key": "x".repeat(256) });
  assert.match(long.body.error, /"Idempotency-Key" header is not valid/);
  const token = { "idempotency-key": "token" };
  assert.equal((await call("/v1/api-keys", {}, token)).status, 201);
  assert.match((await call("/v1/api-keys", {}, token)).body.error, /was not stored/);
});

test("responds with 409 and Retry-After while the first request runs, and then replays its response", async () => {
  const { database, clock } = served.testStore;
  const { id: sessionId } = await served.testStore.addSession();
  const send = () => call("/v1/messages", { sessionId, content: "Go." }, { "idempotency-key": "runs" });
  const holder = await database.pool.connect();
  await holder.query("begin");
  await holder.query("select from sessions where id = $1 for update", [sessionId]);
  const first = send();
  await until(
    async () =>
      (await database.pool.query("select from idempotent_requests where key = 'runs'")).rows.length === 1,
  );
  try {
    const startedAt = clock.now().getTime();
    for (const [ranForMs, seconds] of [
      [0, "1"],
      [7_200, "8"],
      [60_000, "30"],
    ] as const) {
      clock.set(new Date(startedAt + ranForMs));
      const again = await send();
      assert.equal(again.status, 409);
      assert.deepEqual(
        [again.headers.get("retry-after"), again.headers.get("x-should-retry")],
        [seconds, "true"],
      );
      assert.match(again.body.error, new RegExp(`still running. Send the request again in ${seconds} s`));
    }
  } finally {
    await holder.query("commit");
    holder.release();
  }
  const { status, body } = await first;
  assert.equal(status, 201);
  const replayed = await send();
  assert.deepEqual([replayed.status, replayed.body], [201, body]);
});

test("does not process a request again if its server died after a change, and does if it died before", async () => {
  const { database, clock } = served.testStore;
  const send = (key: string) =>
    call("/v1/sessions", { description: "Once.", queueRightAway: false }, { "idempotency-key": key });
  const before = await send("dies-before");
  await send("dies-after");
  const die = (key: string, change = "") =>
    database.pool.query(
      `update idempotent_requests set status = null, answer = null${change} where key = $1`,
      [key],
    );
  await die("dies-after");
  await die("dies-before", ", has_changes = false");
  for (const key of ["dies-after", "dies-before"])
    assert.match((await send(key)).body.error, /still running/);
  clock.set(new Date(clock.now().getTime() + 10 * 60_000 + 1));
  const again = await send("dies-after");
  assert.deepEqual([again.status, again.headers.get("x-should-retry")], [409, "false"]);
  assert.match(again.body.error, /may have changed something. Check what it changed/);
  const repeated = await send("dies-before");
  assert.equal(repeated.status, 201);
  assert.notEqual(repeated.body.id, before.body.id);
});

test("rolls a request back if another server has taken its key meanwhile", async () => {
  const { database, clock } = served.testStore;
  const { id: sessionId } = await served.testStore.addSession();
  const send = () => call("/v1/messages", { sessionId, content: "Go." }, { "idempotency-key": "slow" });
  const isTaken = async (at: Date) => {
    const { rows } = await database.pool.query(
      "select from idempotent_requests where key = 'slow' and created_at = $1",
      [at],
    );
    return rows.length === 1;
  };
  const holder = await database.pool.connect();
  await holder.query("begin");
  await holder.query("select from sessions where id = $1 for update", [sessionId]);
  const first = send();
  await until(() => isTaken(clock.now()));
  clock.set(new Date(clock.now().getTime() + 10 * 60_000 + 1));
  const second = send();
  await until(() => isTaken(clock.now()));
  await holder.query("commit");
  holder.release();
  assert.deepEqual([(await first).status, (await second).status], [409, 201]);
  assert.match((await first).body.error, /Another server is processing a request with the same/);
  const { rows } = await database.pool.query("select from messages where session_id = $1", [sessionId]);
  assert.equal(rows.length, 1);
  assert.equal((await send()).headers.get("idempotent-replayed"), "true", "the second request kept the key");
});

test("keeps the key of a failed request only if it has changes and may be repeated", async () => {
  const { organizationId, userId, database, store, clock } = served.testStore;
  const at = clock.now();
  const reserve = async (key: string, hasChanges: boolean) => {
    const reserved = { organizationId, userId, key, hash: Buffer.alloc(32), at };
    const limits = { forgetBefore: new Date(0), abandonedBefore: new Date(0) };
    assert.equal(await store.idempotency.take(reserved, limits), null);
    await database.pool.query("update idempotent_requests set has_changes = $2 where key = $1", [
      key,
      hasChanges,
    ]);
    return reserved;
  };
  const isKept = async (key: string) =>
    (await database.pool.query("select from idempotent_requests where key = $1", [key])).rows.length === 1;
  await store.idempotency.release(await reserve("changed", true), { keepsChanges: true });
  await store.idempotency.release(await reserve("unchanged", false), { keepsChanges: true });
  await store.idempotency.release(await reserve("rejected", true), { keepsChanges: false });
  assert.deepEqual(await Promise.all(["changed", "unchanged", "rejected"].map(isKept)), [true, false, false]);
});

test("scopes a key to the person, so that another member's request is independent", async () => {
  const { store, organizationId } = served.testStore;
  const [userId, email] = [newId(), "mallory@example.com"];
  const dates = { createdAt: someTime, updatedAt: someTime };
  await store.users.insert({ id: userId, email, name: "M", onboarding: null, settings: {}, ...dates });
  await store.members.insert({ id: newId(), organizationId, userId, email, role: "member", ...dates });
  const other = await served.addKey(organizationId, userId);
  const create = async (as: string) => {
    const response = await served.ask("/v1/sessions", as, {
      method: "POST",
      headers: { "idempotency-key": "deploy-42", "content-type": "application/json" },
      body: JSON.stringify({ description: "Mine.", queueRightAway: false, visibility: "private" }),
    });
    return { status: response.status, ...((await response.json()) as { id: string }) };
  };
  const mine = await create(key);
  const byOther = await create(other);
  assert.deepEqual([mine.status, byOther.status], [201, 201]);
  assert.notEqual(byOther.id, mine.id);
  assert.equal((await create(key)).id, mine.id, "control: replays the person's own response");
  assert.equal((await create(other)).id, byOther.id);
});

test("never stores responses with tickets or secrets", async () => {
  const { pool } = served.testStore.database;
  const headers = { "idempotency-key": "ticket" };
  const tickets = [await call("/v1/live", {}, headers), await call("/v1/live", {}, headers)];
  assert.deepEqual(
    tickets.map(({ status }) => status),
    [200, 200],
  );
  const [first, second] = tickets.map(({ body }) => JSON.stringify(body));
  assert.notEqual(first, second, "each request returns its own ticket");
  assert.deepEqual((await pool.query("select from idempotent_requests where key = 'ticket'")).rows, []);
  assert.equal((await call("/v1/api-keys", {}, { "idempotency-key": "new" })).status, 201);
  const { rows } = await pool.query("select answer from idempotent_requests where key = 'new'");
  assert.deepEqual(rows, [{ answer: null }]);
});

test("the contract marks every POST whose response contains a ticket or a secret", () => {
  const secret = /"(?:ticket|token|secret|authorizationUrl|welcomeUrl|invitationUrl)":\{/i;
  const unmarked = (Object.entries(operations) as [string, Operation][])
    .filter(([, { method, response }]) => method === "POST" && response !== undefined)
    .filter(([, { response }]) => secret.test(JSON.stringify(z.toJSONSchema(response!))))
    .filter(([, { secretAnswer }]) => secretAnswer === undefined);
  assert.deepEqual(
    unmarked.map(([name]) => name),
    [],
  );
});
