import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";
import { createMasker } from "../../base/index.ts";
import type { TurnRecord } from "../turn-record/turn-record.ts";
import { answerPermission, answerQuestion } from "./answer-ask.ts";
import type { Ask, Asked } from "./ask.ts";
import { askPerson } from "./ask-person.ts";
import { closeAsks } from "./close-asks.ts";
import { waitForAnswer } from "./wait-for-answer.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const permission: Asked = {
  kind: "permission",
  toolCallId: "c1",
  title: "npm test with sesame-open-42",
  toolKind: "execute",
  input: null,
};
const dayMs = 86_400_000;
const never = new AbortController().signal;

async function aContext(): Promise<TurnRecord> {
  const session = await t.addSession();
  const lease = await t.startTurn(session.id);
  const turn = (await t.store.turns.find(lease.turnId))!;
  const message = await t.store.messages.get(turn.messageId);
  const masker = createMasker([{ key: "DOOR", value: "sesame-open-42" }]);
  const organization = (await t.store.organizations.find(session.organizationId))!;
  return { ports: t, session, lease, turn, message, organization, masker };
}

/** Waits until the session has an ask of this kind, and returns the newest. */
async function asked({ session }: TurnRecord, kind: Asked["kind"]): Promise<Ask> {
  for await (const _ of t.store.followEvents(session.id, 0, never)) {
    const [ask] = await t.store.asks.list(session.id, { kind, limit: 1 });
    if (ask !== undefined) return ask;
  }
  throw new Error("no question was asked");
}

const nameOf = ({ session, ports }: TurnRecord, askId: string) => ({
  name: { organizationId: session.organizationId, sessionId: session.id, askId, userId: t.userId },
  ports,
});

async function typesOf({ session }: TurnRecord): Promise<string[]> {
  const events = await t.store.events.list(session.id, { afterSeq: 0, limit: 100 });
  return events.map(({ data }) => data.type);
}

test("delivers a person's answer once to the waiting request and masks secrets in the question", async () => {
  const context = await aContext();
  const waiting = waitForAnswer(context, permission, { timeoutMs: dayMs, otherwise: "deny", signal: never });
  const ask = await asked(context, "permission");
  assert.equal((ask.asked as typeof permission).title, "npm test with [secret DOOR]");
  const { ports, name } = nameOf(context, ask.id);
  const answered = await answerPermission(ports, name, { decision: "allow", comment: "Go." });
  assert.deepEqual(await answerPermission(ports, name, { decision: "allow", comment: "Go." }), answered);
  assert.deepEqual(await waiting, answered.answer);
  await assert.rejects(answerPermission(ports, name, { decision: "deny", comment: null }), {
    code: "conflict",
    message: /was already allowed/,
  });
  assert.deepEqual(await typesOf(context), ["permission.requested", "permission.answered"]);
});

test("applies the configured default after the timeout and rejects a later answer", async () => {
  const context = await aContext();
  const answer = await waitForAnswer(context, permission, {
    timeoutMs: 1,
    otherwise: "allow",
    signal: never,
  });
  assert.deepEqual([answer.by, answer.text], ["timeout", "allow"]);
  const { ports, name } = nameOf(context, (await asked(context, "permission")).id);
  const late = answerPermission(ports, name, { decision: "allow", comment: null });
  await assert.rejects(late, { code: "conflict", message: /not answered in time and was allowed/ });
});

test("ends the wait without an answer when the request is aborted", async () => {
  const context = await aContext();
  const gone = new AbortController();
  const waiting = waitForAnswer(context, permission, {
    timeoutMs: dayMs,
    otherwise: "allow",
    signal: gone.signal,
  });
  await asked(context, "permission");
  gone.abort();
  const { by, text } = await waiting;
  assert.deepEqual([by, text], ["turn", null]);
});

test("closes questions of an earlier attempt on takeover and fences that attempt", async () => {
  const context = await aContext();
  const waiting = waitForAnswer(context, permission, { timeoutMs: dayMs, otherwise: null, signal: never });
  const ask = await asked(context, "permission");
  await t.store.turns.claim(context.turn.id, t.clock.now());
  const later = { ...context, lease: { ...context.lease, attempt: 2 } };
  const refused = assert.rejects(waiting, { code: "fenced" });
  for (const _ of [1, 2]) await t.store.transaction((tx) => closeAsks(later, tx));
  await refused;
  assert.equal((await t.store.asks.find(context.session.id, ask.id))?.answer?.by, "turn");
  assert.deepEqual(await typesOf(context), ["permission.requested", "permission.answered"]);
});

test("accepts an answer that is not one of the question's options, and records who answered", async () => {
  const context = await aContext();
  const question = { question: "Which?", options: ["a", "b"], timeoutMs: dayMs, otherwise: null };
  const waiting = askPerson(context, question, never);
  const { ports, name } = nameOf(context, (await asked(context, "question")).id);
  await assert.rejects(answerPermission(ports, name, { decision: "allow", comment: null }), {
    code: "not_found",
  });
  await answerQuestion(ports, name, "neither, use c");
  const { text, userId } = await waiting;
  assert.deepEqual([text, userId], ["neither, use c", t.userId]);
  await assert.rejects(answerQuestion(ports, name, "b"), { code: "conflict" });
  const events = await t.store.events.list(context.session.id, { afterSeq: 0, limit: 100 });
  const answered = events.at(-1)!.data;
  assert.ok(answered.type === "question.answered" && answered.userId === t.userId);
});

test("allows a kind of request for the session, with the turn's other open requests of that kind", async () => {
  const context = await aContext();
  const open = async (toolKind: "execute" | "fetch" | "reach", title: string) => {
    const terms = { timeoutMs: dayMs, otherwise: null, signal: never };
    const answer = waitForAnswer(context, { ...permission, toolKind, title }, terms);
    for await (const _ of t.store.followEvents(context.session.id, 0, never)) {
      const ask = (await t.store.asks.openOfTurn(context.turn.id)).find((one) => titleOf(one) === title);
      if (ask !== undefined) return { answer, ...nameOf(context, ask.id) };
    }
    throw new Error("no request was stored");
  };
  const [first, second] = [await open("execute", "one"), await open("execute", "two")];
  const [other, reach] = [await open("fetch", "three"), await open("reach", "four")];
  const forSession = { decision: "allow", comment: null, isForSession: true } as const;
  await assert.rejects(answerPermission(first.ports, first.name, { ...forSession, decision: "deny" }), {
    code: "invalid_input",
  });
  await assert.rejects(answerPermission(reach.ports, reach.name, forSession), { code: "invalid_input" });
  const isAllowed = (kind: "execute" | "fetch") => t.store.asks.isAllowedForSession(context.session.id, kind);
  assert.equal(await isAllowed("execute"), false, "control");
  await answerPermission(first.ports, first.name, forSession);
  await answerPermission(first.ports, first.name, forSession);
  for (const { answer } of [first, second]) {
    const { by, text, userId, isForSession } = await answer;
    assert.deepEqual([by, text, userId, isForSession], ["person", "allow", t.userId, true]);
  }
  await assert.rejects(answerPermission(first.ports, first.name, { decision: "allow", comment: null }), {
    code: "conflict",
  });
  assert.deepEqual([await isAllowed("execute"), await isAllowed("fetch")], [true, false]);
  await answerPermission(other.ports, other.name, { decision: "allow", comment: null });
  assert.equal(await isAllowed("fetch"), false, "an answer to one request does not allow the kind");
  const { items } = await t.store.audit.list(t.organizationId, { limit: 10 });
  assert.deepEqual(
    items
      .filter(({ action }) => action === "session.permissionAllowed")
      .map(({ object, details }) => [object.id, details]),
    [[context.session.id, { kind: "execute" }]],
  );
});

const titleOf = ({ asked }: Ask) => (asked.kind === "permission" ? asked.title : "");

test("limits the question's text, the options and the number of open questions", async () => {
  const context = await aContext();
  const ask = (change: object) =>
    askPerson(context, { question: "Q?", options: [], timeoutMs: dayMs, otherwise: null, ...change }, never);
  const invalid = { code: "invalid_input" };
  await assert.rejects(ask({ question: " " }), invalid);
  await assert.rejects(ask({ question: "x".repeat(16_001) }), invalid);
  await assert.rejects(ask({ options: Array(21).fill("a") }), invalid);
  await assert.rejects(ask({ options: [""] }), invalid);
  for (let count = 0; count < 20; count += 1) ask({}).catch(() => undefined);
  for await (const _ of t.store.followEvents(context.session.id, 0, never)) {
    if ((await t.store.asks.openOfTurn(context.turn.id)).length === 20) break;
  }
  await assert.rejects(ask({}), { code: "conflict", message: /This turn already has 20 open questions/ });
});

test("hides a permission request from other organizations", async () => {
  const context = await aContext();
  void waitForAnswer(context, permission, { timeoutMs: dayMs, otherwise: null, signal: never }).catch(
    () => undefined,
  );
  const { ports, name } = nameOf(context, (await asked(context, "permission")).id);
  const strange = { ...name, organizationId: context.lease.turnId };
  await assert.rejects(answerPermission(ports, strange, { decision: "allow", comment: null }), {
    code: "not_found",
  });
});
