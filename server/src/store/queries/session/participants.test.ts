import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { SessionFilter } from "../../../core/sessions/index.ts";
import { addPerson } from "../../../testing/person.ts";
import { aMessage, openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";
import { readMigrations } from "../../migrate.ts";
import { maxRareSessions } from "./narrow-filter.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const author = (login: string) => ({ name: login, email: `${login}@example.test`, login, avatarUrl: null });
const run = async (text: string, values: readonly unknown[] = []) =>
  (await t.database.pool.query(text, [...values])).rows as Record<string, unknown>[];

const find = async (...participants: string[]) => {
  const filter: SessionFilter = { participants };
  const { cards } = await t.store.sessionLists.page(
    t.organizationId,
    { ...filter, sortBy: "createdAt", limit: 100 },
    1,
  );
  assert.equal(await t.store.sessionLists.count(t.organizationId, filter), cards.length);
  return cards.map(({ id }) => id).toSorted();
};

test("finds a session by its creator, the senders of its messages and their authors, as soon as they exist", async () => {
  const [maker, sender] = [await addPerson(t), await addPerson(t)];
  const made = await t.addSession({ createdByKeyId: maker.keyId });
  assert.deepEqual(await find(maker.userId), [made.id]);
  const sent = await t.addSession();
  await t.addMessage(sent.id, "Please", sender.keyId);
  await t.addMessage(made.id, "Please", sender.keyId);
  await t.addMessage(made.id, "Again", sender.keyId);
  assert.deepEqual(await find(sender.userId), [made.id, sent.id].toSorted());
  await t.store.messages.insert(aMessage({ sessionId: sent.id, author: author("ada") }));
  assert.deepEqual(await find("ada"), [sent.id]);
  assert.deepEqual(await find("ada", maker.userId), [made.id, sent.id].toSorted());
  // As the previous version or another program.
  const [message] = await run("select id from messages where session_id = $1 limit 1", [made.id]);
  await run(`update messages set author = '{"login": "bob"}' where id = $1`, [message!.id]);
  assert.deepEqual(await find("bob"), [made.id]);
});

test("misses participants without the triggers, as a control", async () => {
  const maker = await addPerson(t);
  await run("alter table sessions disable trigger sessions_maker_trigger");
  await run("alter table messages disable trigger messages_sender_trigger");
  const session = await t.addSession({ createdByKeyId: maker.keyId });
  await t.store.messages.insert(aMessage({ sessionId: session.id, author: author("eve") }));
  await run("alter table sessions enable trigger sessions_maker_trigger");
  await run("alter table messages enable trigger messages_sender_trigger");
  assert.deepEqual(await find(maker.userId, "eve"), []);
});

test("forgets the participants of a purged session", async () => {
  const session = await t.addSession();
  await t.store.messages.insert(aMessage({ sessionId: session.id, author: author("gone") }));
  const known = () => run("select participant from session_participants where session_id = $1", [session.id]);
  assert.deepEqual(await known(), [{ participant: "gone" }]);
  await t.store.sessionChanges.hide(session.id, someTime);
  await t.store.sessionChanges.purge(session.id, someTime);
  assert.deepEqual(await known(), []);
});

test("lists a session once if two transactions have added the same participant", async () => {
  const session = await t.addSession();
  await t.store.messages.insert(aMessage({ sessionId: session.id, author: author("twice") }));
  await run("insert into session_participants values ('twice', $1)", [session.id]);
  assert.deepEqual(await find("twice"), [session.id]);
});

test("finds the participants of sessions that are older than the table", async () => {
  const maker = await addPerson(t);
  const session = await t.addSession({ createdByKeyId: maker.keyId });
  await t.addMessage(session.id, "Please", maker.keyId);
  await t.store.messages.insert(aMessage({ sessionId: session.id, author: author("old") }));
  const participants = () =>
    run("select participant, session_id from session_participants order by participant, session_id");
  const before = (await participants()).filter(
    (row, index, all) => JSON.stringify(row) !== JSON.stringify(all[index - 1]),
  );
  const { text } = (await readMigrations()).find(({ name }) => name.startsWith("0091-"))!;
  await run("truncate session_participants");
  assert.deepEqual(await find("old"), []);
  const [fill = ""] =
    /^insert into session_participants[^;]*;/m.exec(text.slice(text.lastIndexOf("$$"))) ?? [];
  await run(fill);
  // The control above has added participants without a row.
  const found = (await participants()).map((row) => JSON.stringify(row));
  for (const row of before) assert.ok(found.includes(JSON.stringify(row)));
});

test("finds a participant of many sessions", async () => {
  const session = await t.addSession();
  await t.store.messages.insert(aMessage({ sessionId: session.id, author: author("busy") }));
  assert.deepEqual(await find("busy"), [session.id]);
  await run(
    "insert into session_participants select 'busy', gen_random_uuid() from generate_series(1, $1::int)",
    [maxRareSessions],
  );
  assert.deepEqual(await find("busy"), [session.id]);
});
