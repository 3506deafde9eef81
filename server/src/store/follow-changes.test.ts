import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import pg from "pg";
import { addPerson } from "../testing/person.ts";
import { seedDecisions } from "../testing/seed-decisions.ts";
import { aDiff, openTestStore, someTime, type TestStore, until } from "../testing/test-store.ts";

let t: TestStore;
let client: pg.Client;
const received: string[] = [];
before(async () => {
  t = await openTestStore();
  client = new pg.Client(t.database.pool.options);
  await client.connect();
  client.on("notification", ({ payload = "" }) => received.push(payload));
  await client.query("listen tembo_events");
});
after(async () => {
  await client.end();
  await t.drop();
});

let marks = 0;
/** Returns the notices of session changes that the work causes, without the prefix and the organization. */
async function noticesOf(work: () => Promise<unknown>): Promise<string[]> {
  received.length = 0;
  await work();
  const mark = `mark ${++marks}`;
  await t.database.pool.query("select pg_notify('tembo_events', $1)", [mark]);
  await until(async () => received.includes(mark));
  const prefix = `sessions/${t.organizationId}`;
  return received.filter((one) => one.startsWith(prefix)).map((one) => one.slice(prefix.length));
}

const change = (sessionId: string, set: string) =>
  t.database.pool.query(`update sessions set ${set} where id = $1`, [sessionId]);

test("notifies the organization of each change that a list shows, once per transaction", async () => {
  const repository = await t.addRepository();
  const session = await t.addSession({}, [repository]);
  const lease = await t.startTurn(session.id);
  const diff = { text: "patch", isComplete: true };
  const changes: Record<string, () => Promise<unknown>> = {
    "a new session": () => t.addSession({}, [repository]),
    "a title": () => change(session.id, "title = 'Other'"),
    "a pin": () => t.store.sessionChanges.update(session.id, { isPinned: true }, someTime),
    "changed lines": () =>
      t.store.diffs.save(lease, aDiff({ sessionId: session.id, repositoryId: repository.id }), diff),
    "a state": () => t.store.sessions.setStatus(session.id, "completed", someTime),
    "the archive": () => t.store.sessionChanges.update(session.id, { archivedAt: someTime }, someTime),
    "the deletion": () => t.store.sessionChanges.hide(session.id, someTime),
  };
  for (const [name, work] of Object.entries(changes))
    assert.deepEqual(new Set(await noticesOf(work)), new Set([""]), name);
  const [one, other] = [await t.addSession(), await t.addSession()];
  const pinBoth = () =>
    t.store.transaction(async (tx) => {
      for (const { id } of [one, other]) await tx.sessionChanges.update(id, { isPinned: true }, someTime);
    });
  assert.deepEqual(await noticesOf(pinBoth), [""]);
  const asking = await t.addSession();
  const asks = await t.startTurn(asking.id);
  assert.deepEqual(new Set(await noticesOf(() => seedDecisions(t, asks))), new Set([""]));
  assert.deepEqual(
    await noticesOf(() => t.store.sessions.setWorkspaceChecked(asking.id, someTime)),
    [],
    "control: no list shows this change",
  );
});

test("notifies only the owner of a private session, and everyone when it becomes private or public", async () => {
  const { keyId, userId } = await addPerson(t);
  const own = `/${userId}`;
  let id = "";
  const create = async () => {
    id = (await t.addSession({ visibility: "private", createdByKeyId: keyId })).id;
  };
  assert.deepEqual(new Set(await noticesOf(create)), new Set([own]));
  const title = () => change(id, "title = title || '.'");
  assert.deepEqual(await noticesOf(title), [own]);
  assert.deepEqual(new Set(await noticesOf(() => change(id, "visibility = 'public'"))), new Set([own, ""]));
  assert.deepEqual(await noticesOf(title), [""], "control");
  assert.deepEqual(new Set(await noticesOf(() => change(id, "visibility = 'private'"))), new Set(["", own]));
  assert.deepEqual(await noticesOf(() => t.store.sessionChanges.hide(id, someTime)), [own]);
});

test("yields a viewer's changes, and none of a session that the viewer may not see", async () => {
  const [owner, other] = [await addPerson(t), await addPerson(t)];
  const stop = new AbortController();
  const follow = ({ userId }: { userId: string }) =>
    t.store
      .followSessionChanges({ organizationId: t.organizationId, userId }, stop.signal)
      [Symbol.asyncIterator]();
  const [owners, others] = [follow(owner), follow(other)];
  const yielded = { owners: 0, others: 0 };
  const count = async (name: "owners" | "others", changes: AsyncIterator<void>) => {
    while (!(await changes.next()).done) yielded[name] += 1;
  };
  const counting = [count("owners", owners), count("others", others)];
  // The connection opens with the first follower, and may have missed changes until then.
  await until(async () => yielded.owners > 0 && yielded.others > 0);
  const before = { ...yielded };
  await t.addSession({ visibility: "private", createdByKeyId: owner.keyId });
  await until(async () => yielded.owners > before.owners);
  assert.equal(yielded.others, before.others);
  await t.addSession();
  await until(async () => yielded.others > before.others);
  stop.abort();
  await Promise.all(counting);
});
