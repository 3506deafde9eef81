import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId } from "../../../core/base/index.ts";
import { claimBuild, completeBuild, requestBuild } from "../../../core/sessions/index.ts";
import { aProject } from "../../../core/sessions/project/testing/a-project.ts";
import { anEnvironment } from "../../../testing/seed-project.ts";
import {
  aMessage,
  aSession,
  asUsedIn,
  openTestStore,
  someTime,
  type TestStore,
} from "../../../testing/test-store.ts";
import { toTsQuery } from "./search-terms.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const later = new Date(someTime.getTime() + 60_000);

test("stores every field of a session and assigns its number", async () => {
  const session = aSession({
    organizationId: t.organizationId,
    number: 4711,
    description: "In detail",
    provider: "anthropic",
    targetBranch: "dev",
    baseBranch: "base",
    status: "queued",
    lastQueuedAt: later,
    sandboxSize: "xl",
    options: {
      mode: "plan",
      reasoningLevel: "high",
      speed: "fast",
      goal: { objective: "the tests pass", check: "npm test", maxRounds: 10 },
    },
    egress: { preset: "custom", allow: ["example.com:8080"] },
    budgetMicroUsd: 5_000_000_000,
  });
  await t.store.newSessions.insert(session, []);
  const found = await t.store.sessions.find(t.organizationId, session.id);
  assert.deepEqual(found, { ...session, number: found!.number });
  assert.notEqual(found?.number, 4711);
  const next = await t.addSession();
  assert.ok(next.number > found!.number);
  assert.equal(await t.store.sessions.find(await t.addOrganization(), session.id), null);
  await assert.rejects(t.store.sessions.get(newId()), { code: "not_found" });
});

test("returns a session's repositories in the given order and ignores a repeated insert", async () => {
  const repositories = [await t.addRepository(), await t.addRepository(), await t.addRepository()].reverse();
  const session = await t.addSession({}, repositories);
  const used = repositories.map((repository) => asUsedIn(session, repository));
  assert.deepEqual(await t.store.sessions.repositories(session.id), used);
  await t.store.newSessions.insert({ ...session, title: "Repeated" }, used);
  assert.deepEqual(await t.store.sessions.get(session.id), session);
  assert.deepEqual(await t.store.sessions.repositories(session.id), used);
});

const startOf = (sessionId: string) => ({
  message: { ...aMessage({ sessionId, content: "Fix the login page" }), turnId: newId() },
  mcpServers: ["docs"],
  events: [{ key: "first", messageId: null, data: { type: "notice", message: "Hello" } }] as const,
});

test("inserts a session with its first message, turn and events, and ignores a repeated insert", async () => {
  const session = aSession({ organizationId: t.organizationId, status: "queued" });
  const start = startOf(session.id);
  const { id: messageId, turnId } = start.message;
  for (let times = 1; times <= 2; times++) {
    await t.store.newSessions.insert(session, [], start);
    assert.deepEqual(await t.store.messages.get(messageId), start.message);
    const turn = await t.store.turns.find(turnId);
    assert.deepEqual([turn?.messageId, turn?.number, turn?.state.status], [messageId, 1, "queued"]);
    const listed = await t.store.events.list(session.id, { afterSeq: 0, limit: 10 });
    assert.deepEqual(
      listed.map(({ seq, data }) => [seq, data]),
      [[1, { type: "notice", message: "Hello" }]],
    );
    assert.equal(await t.store.events.lastSeq(session.id), 1);
    assert.deepEqual(await t.store.mcpConnections.usedInSession(session.id), ["docs"]);
  }
  // The next event continues the sequence.
  const next = { key: "next", messageId: null, data: { type: "notice", message: "Next" } } as const;
  assert.equal(await t.store.events.append(session.id, null, [next]), 2);
});

test("rejects a session whose ID another session has, and stores nothing of it", async () => {
  const session = aSession({ organizationId: t.organizationId, status: "queued" });
  await t.store.newSessions.insert(session, [], startOf(session.id));
  const other = { ...session, createdAt: later };
  const start = startOf(session.id);
  const conflict = {
    code: "conflict",
    message: `The session ID ${session.id} is already used by another session. Choose a new one.`,
  };
  await assert.rejects(t.store.newSessions.insert(other, []), conflict);
  await assert.rejects(t.store.newSessions.insert(other, [], start), conflict);
  await assert.rejects(t.store.messages.get(start.message.id), { code: "not_found" });
  assert.deepEqual((await t.store.sessions.get(session.id)).createdAt, session.createdAt);
});

test("indexes a first message once, whether it is inserted with its session or later", async () => {
  const lexemesOf = async (sessionId: string) => {
    const text = "select lexemes::text from session_search where session_id = $1";
    return (await t.database.pool.query<{ lexemes: string }>(text, [sessionId])).rows[0]!.lexemes;
  };
  const together = aSession({ organizationId: t.organizationId });
  const { message } = startOf(together.id);
  await t.store.newSessions.insert(together, [], { message });
  const apart = aSession({ organizationId: t.organizationId });
  await t.store.newSessions.insert(apart, []);
  const withoutMessage = await lexemesOf(apart.id);
  await t.store.messages.insert(aMessage({ sessionId: apart.id, content: message.content }));
  assert.equal(await lexemesOf(together.id), await lexemesOf(apart.id));
  assert.notEqual(await lexemesOf(apart.id), withoutMessage, "control");
  // A further message is added to the entry.
  const before = await lexemesOf(together.id);
  await t.store.messages.insert(aMessage({ sessionId: together.id, content: "zebra" }));
  assert.notEqual(await lexemesOf(together.id), before);
});

test("does not store a session with an unknown repository", async () => {
  const session = aSession({ organizationId: t.organizationId });
  const unknown = { ...(await t.addRepository()), id: newId() };
  await assert.rejects(t.store.newSessions.insert(session, [asUsedIn(session, unknown)]));
  assert.equal(await t.store.sessions.find(t.organizationId, session.id), null);
});

test("sets title and base commit with the turn's lease", async () => {
  const repository = await t.addRepository();
  const { id } = await t.addSession({}, [repository]);
  const lease = await t.startTurn(id);
  t.clock.set(later);
  await t.store.sessions.suggestTitle(lease, "Better\0");
  await t.store.sessions.setBaseSha(lease, repository.id, "a".repeat(40));
  t.clock.set(someTime);
  const session = await t.store.sessions.get(id);
  assert.equal(session.title, "Better\uFFFD");
  assert.deepEqual(session.updatedAt, later);
  assert.equal((await t.store.sessions.repositories(id))[0]?.baseSha, "a".repeat(40));
  await t.store.sessions.setBaseSha(lease, repository.id, null);
  assert.equal((await t.store.sessions.repositories(id))[0]?.baseSha, null);
  await assert.rejects(t.store.sessions.setBaseSha(lease, newId(), null), { code: "not_found" });
});

test("stores the environment and changes the number with the turn's lease", async () => {
  const project = aProject({ organizationId: t.organizationId });
  await t.store.projects.insert(project);
  await requestBuild(t, project, {});
  const snapshotId = await completeBuild(t, (await claimBuild(t, "worker"))!, anEnvironment());
  const session = await t.addSession({ projectId: project.id });
  const lease = await t.startTurn(session.id);
  const number = await t.store.projectBuilds.takeSessionNumber();
  await t.store.sessions.setSnapshot(lease, snapshotId, number);
  const stored = await t.store.sessions.get(session.id);
  assert.deepEqual([stored.snapshotId, stored.number], [snapshotId, number]);
  const other = await t.addSession();
  assert.ok(other.number > number, "control: the next session has its own number");
  await assert.rejects(t.store.sessions.setSnapshot(lease, snapshotId, other.number));
  await assert.rejects(
    t.store.sessions.setSnapshot({ ...lease, attempt: lease.attempt + 1 }, snapshotId, session.number),
    { code: "fenced" },
  );
});

test("changes the number with the turn's lease", async () => {
  const session = await t.addSession();
  const lease = await t.startTurn(session.id);
  const number = await t.store.projectBuilds.takeSessionNumber();
  await t.store.sessions.setNumber(lease, number);
  assert.equal((await t.store.sessions.get(session.id)).number, number);
  const other = await t.addSession();
  await assert.rejects(t.store.sessions.setNumber(lease, other.number), "two sessions have no equal number");
  await assert.rejects(t.store.sessions.setNumber({ ...lease, attempt: lease.attempt + 1 }, number), {
    code: "fenced",
  });
});

test("keeps a chosen title over suggested ones, even concurrently", async () => {
  const { id } = await t.addSession();
  const lease = await t.startTurn(id);
  assert.equal(await t.store.sessions.suggestTitle(lease, "First"), true);
  assert.equal((await t.store.sessions.get(id)).title, "First");
  const suggestions = Array.from({ length: 5 }, () => t.store.sessions.suggestTitle(lease, "Suggested"));
  await Promise.all([t.store.sessions.chooseTitle(lease, "Chosen"), ...suggestions]);
  assert.equal(await t.store.sessions.suggestTitle(lease, "Late"), false);
  assert.equal((await t.store.sessions.get(id)).title, "Chosen");
});

test("sets a status with its time, and keeps the time at which the session was queued", async () => {
  const { id } = await t.addSession();
  await t.store.sessions.setStatus(id, "queued", later);
  await t.store.sessions.setStatus(id, "inProgress", someTime);
  const session = await t.store.sessions.get(id);
  assert.deepEqual(
    [session.status, session.updatedAt, session.lastQueuedAt],
    ["inProgress", someTime, later],
  );
  await assert.rejects(t.store.sessions.setStatus(newId(), "queued", later), { code: "not_found" });
});

test("lists an organization's sessions newest first in numbered pages", async () => {
  const organizationId = await t.addOrganization();
  const ids: string[] = [];
  for (let n = 0; n < 5; n++) {
    ids.unshift((await t.addSession({ organizationId, id: newId(someTime.getTime() + n) })).id);
  }
  const list = async (page: number) => {
    const { sessions, totalCount } = await t.store.sessions.list(organizationId, { page, limit: 2 });
    return { ids: sessions.map((session) => session.id), totalCount };
  };
  assert.deepEqual(await list(1), { ids: ids.slice(0, 2), totalCount: 5 });
  assert.deepEqual(await list(3), { ids: ids.slice(4), totalCount: 5 });
  assert.deepEqual(await list(4), { ids: [], totalCount: 5 });
});

test("searches title, prompt, description and messages literally, ignoring letter case", async () => {
  const organizationId = await t.addOrganization();
  const add = async (title: string, prompt: string, description: string | null) =>
    (await t.addSession({ organizationId, title, prompt, description })).id;
  const login = await add("Fix the LOGIN", "Fix it", null);
  const prompt = await add("Other", "The login fails", null);
  const detail = await add("Third", "Look", "at the login, 100% of a_b\\c");
  const search = async (text: string) => {
    const { sessions, totalCount } = await t.store.sessions.list(organizationId, {
      page: 1,
      limit: 10,
      search: text,
    });
    assert.equal(totalCount, sessions.length);
    return sessions.map((session) => session.id).sort();
  };
  assert.deepEqual(await search("login"), [login, prompt, detail].sort());
  assert.deepEqual(await search("fails"), [prompt]);
  for (const literal of ["100%", "a_b", "b\\c"]) assert.deepEqual(await search(literal), [detail], literal);
  assert.deepEqual(await search("Lógi fi"), [login], "matches the beginnings of words without accents");
  await t.store.messages.insert(aMessage({ sessionId: prompt, content: "And the Fußnote in src/notes.ts" }));
  assert.deepEqual(await search("fussn notes"), [prompt], "matches words of messages");
  for (const pattern of ["l%gin", "l_gin", "' | !", "nothing"])
    assert.deepEqual(await search(pattern), [], pattern);
});

test("searches every letter, number and mark, including those that fold to punctuation or nothing", async () => {
  const organizationId = await t.addOrganization();
  const { id } = await t.addSession({ organizationId, title: "A dogŉ, ½ eaten" });
  for (const [search, found] of [
    ["ŉ", [id]],
    ["½ ŉ", [id]],
    ["\u0301 dog", [id]],
    ["\u0301", [id]],
  ] as const) {
    const { sessions } = await t.store.sessions.list(organizationId, { page: 1, limit: 10, search });
    assert.deepEqual(
      sessions.map((session) => session.id),
      found,
      search,
    );
  }
  const characters = Array.from({ length: 0x20000 }, (_, code) => String.fromCodePoint(code));
  const words = characters.filter((character) => /[\p{L}\p{N}\p{M}]/u.test(character));
  const asked = `select count(${toTsQuery("word")})::integer as queries from unnest($1::text[]) as word`;
  const { rows } = await t.database.pool.query(asked, [words]);
  assert.ok(rows[0].queries > words.length / 2);
  const unguarded =
    "select to_tsquery('simple', '''' || search_fold(word) || ''':*') from unnest($1::text[]) as word";
  await assert.rejects(t.database.pool.query(unguarded, [words]), /syntax error in tsquery/);
});

test("uses an index for each kind of search", async () => {
  const client = await t.database.pool.connect();
  await client.query("set enable_seqscan = off");
  for (const [condition, index] of [
    ["lexemes @@ to_tsquery('simple', 'login:*')", "session_search_lexemes_index"],
    ["words like '%login%'", "session_search_words_index"],
  ] as const) {
    const plan = await client.query(`explain select session_id from session_search where ${condition}`);
    assert.match(JSON.stringify(plan.rows), new RegExp(index));
  }
  await client.query("reset enable_seqscan");
  client.release();
});

test("records that a turn runs only while the attempt holds it", async () => {
  const { id } = await t.addSession({ status: "queued" });
  const first = await t.startTurn(id);
  await t.store.turns.claim(first.turnId, someTime);
  const second = { ...first, attempt: 2 };
  await t.store.sessions.setInProgress(second, later);
  assert.equal((await t.store.sessions.get(id)).status, "inProgress");
  await t.store.turns.end(second, { status: "completed" }, later);
  await t.store.sessions.setStatus(id, "completed", later);
  // An attempt that was delayed between its claim and this write.
  await assert.rejects(t.store.sessions.setInProgress(first, later), { code: "fenced" });
  assert.equal((await t.store.sessions.get(id)).status, "completed");
});
