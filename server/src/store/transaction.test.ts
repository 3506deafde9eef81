import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import pg from "pg";
import type { Transaction } from "../core/ports.ts";
import { aSession, openTestStore, someTime, type TestStore, until } from "../testing/test-store.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const kill = (pid: unknown) => t.database.pool.query("select pg_terminate_backend($1)", [pid]);
const backendOf = async (tx: Transaction) =>
  (await t.clientOf(tx).query<{ pid: number }>("select pg_backend_pid() as pid")).rows[0]!.pid;

test("rolls back and rethrows when the work throws", async () => {
  const session = aSession({ organizationId: t.organizationId });
  const mind = new Error("changed my mind");
  await assert.rejects(
    t.store.transaction(async (tx) => {
      await tx.newSessions.insert(session, []);
      assert.notEqual(await tx.sessions.find(t.organizationId, session.id), null);
      assert.equal(
        await t.store.sessions.find(t.organizationId, session.id),
        null,
        "the row is not visible outside the transaction",
      );
      throw mind;
    }),
    (error) => error === mind,
  );
  assert.equal(await t.store.sessions.find(t.organizationId, session.id), null);
});

test("returns the work's result and commits its changes", async () => {
  const session = aSession({ organizationId: t.organizationId });
  const answer = await t.store.transaction(async (tx) => {
    await tx.newSessions.insert(session, []);
    return 7;
  });
  assert.equal(answer, 7);
  assert.equal((await t.store.sessions.get(session.id)).id, session.id);
});

test("does not commit when the work ignores a failed query", async () => {
  const { id: sessionId } = await t.addSession();
  await t.addTurn(sessionId);
  await assert.rejects(
    t.store.transaction(async (tx) => {
      await tx.sessions.setStatus(sessionId, "queued", someTime);
      await tx.sessions.get("no uuid").catch(() => undefined);
    }),
    { code: "internal" },
  );
  assert.equal((await t.store.sessions.get(sessionId)).status, "draft");
});

test("exposes the transaction's connection only while it runs", async () => {
  const tx = await t.store.transaction(async (running) => {
    assert.ok((await backendOf(running)) > 0);
    return running;
  });
  assert.throws(() => t.clientOf(tx), { code: "internal" });
});

test("locks a session only for its organization, and only until the transaction ends", async () => {
  const { id } = await t.addSession();
  assert.equal(await t.store.sessions.lock("00000000-0000-7000-8000-000000000000", id), null);
  await t.store.transaction(async (tx) => {
    assert.equal((await tx.sessions.lock(t.organizationId, id))?.id, id);
    const other = t.database.pool.query("select 1 from sessions where id = $1 for no key update nowait", [
      id,
    ]);
    await assert.rejects(other, { code: "55P03" });
  });
  await t.database.pool.query("select 1 from sessions where id = $1 for no key update nowait", [id]);
});

test("retries a call whose connection was killed", { timeout: 30_000 }, async () => {
  const { id } = await t.addSession();
  const holder = new pg.Client({ connectionString: t.database.url });
  await holder.connect();
  await holder.query("begin");
  await holder.query("select 1 from sessions where id = $1 for update", [id]);
  const call = t.store.sessions.setStatus(id, "queued", someTime);
  const blocked = async () => {
    const { rows } = await t.database.pool.query<{ pid: number }>(
      "select pid from pg_stat_activity where wait_event_type = 'Lock' and query like 'update sessions%'",
    );
    return rows[0]?.pid;
  };
  const pid = await until(blocked);
  await kill(pid);
  await until(async () => ![undefined, pid].includes(await blocked()));
  await holder.query("commit");
  await holder.end();
  await call;
  const session = await t.store.sessions.get(id);
  assert.equal(session.status, "queued");
  assert.deepEqual(session.lastQueuedAt, someTime);
  assert.ok(t.warnings.includes("database call failed; retrying"));
});

test("control: a call without a retry fails when its connection is killed", async () => {
  await assert.rejects(t.database.pool.query("select pg_terminate_backend(pg_backend_pid())"), {
    code: "57P01",
  });
});

test("repeats a whole transaction whose connection was killed and commits it once", {
  timeout: 30_000,
}, async () => {
  const { id } = await t.addSession();
  let tries = 0;
  const event = (key: string) => ({ key, messageId: null, data: { type: "notice", message: key } }) as const;
  await t.store.transaction(async (tx) => {
    tries++;
    await tx.events.append(id, null, [event(`first of try ${tries}`)]);
    if (tries === 1) await kill(await backendOf(tx));
    await tx.events.append(id, null, [event("second")]);
  });
  assert.equal(tries, 2);
  const events = await t.store.events.list(id, { afterSeq: 0, limit: 10 });
  assert.deepEqual(
    events.map((one) => [one.seq, one.data.type === "notice" && one.data.message]),
    [
      [1, "first of try 2"],
      [2, "second"],
    ],
  );
});

test("completes two transactions that deadlock", { timeout: 30_000 }, async () => {
  const one = await t.addSession();
  const two = await t.addSession();
  let arrived = 0;
  const both = Promise.withResolvers<void>();
  const lockBoth = (first: string, second: string) =>
    t.store.transaction(async (tx) => {
      await tx.sessions.lock(t.organizationId, first);
      if (++arrived === 2) both.resolve();
      await both.promise;
      await tx.sessions.lock(t.organizationId, second);
    });
  await Promise.all([lockBoth(one.id, two.id), lockBoth(two.id, one.id)]);
  assert.equal(arrived, 3, "one transaction was retried");
});

test("runs a query after all idle connections are killed", { timeout: 30_000 }, async () => {
  await Promise.all(Array.from({ length: 10 }, () => t.database.pool.query("select 1")));
  const killer = new pg.Client({ connectionString: t.database.url });
  await killer.connect();
  await killer.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
  );
  await killer.end();
  assert.deepEqual(await t.store.organizations.findFirst(), { id: t.organizationId });
});
