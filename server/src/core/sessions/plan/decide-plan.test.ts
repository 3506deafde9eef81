import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { addPerson } from "../../../testing/person.ts";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";
import { createMemberKey } from "../../accounts/index.ts";
import { conversationPorts } from "../../automation/conversation/testing/conversation-ports.ts";
import { createMasker, type RequestSender, type TurnLease } from "../../base/index.ts";
import type { Forge } from "../../forges/index.ts";
import type { Ports } from "../../ports.ts";
import { defaultMessageOptions } from "../session/read-agent-options.ts";
import type { TurnRecord } from "../turn-record/turn-record.ts";
import { approvePlan, editPlan, rejectPlan } from "./decide-plan.ts";
import { notePlan } from "./note-plan.ts";

let t: TestStore;
let ports: Ports;
let enqueued: string[];
let sender: RequestSender;
before(async () => {
  t = await openTestStore();
  const { keyId } = await addPerson(t);
  sender = { keyId, request: { id: "proxy-7", traceparent: null } };
  ({ ports, enqueued } = conversationPorts({ store: t.store, clock: t.clock }, {} as Forge));
});
after(() => t.drop());

const asWritten = { content: null, agent: null };

async function note(lease: TurnLease, text: string, isAskedFor = false): Promise<void> {
  const session = await t.store.sessions.get(lease.sessionId);
  const context = { ports, lease, session, masker: createMasker([]) } as unknown as TurnRecord;
  await notePlan(context, { text, isAskedFor });
}

/** Creates a session with a plan whose turn is still running. `end` completes the turn. */
async function planned(text = "# Do it") {
  const session = await t.addSession({ options: { ...defaultMessageOptions, mode: "plan" } });
  const lease = await t.startTurn(session.id);
  await note(lease, text);
  const end = () => t.store.turns.end(lease, { status: "completed" }, t.clock.now());
  const { organizationId, id: sessionId } = session;
  const name = { organizationId, sessionId, artifactId: null, sender };
  return { session, lease, end, name };
}

test("sends an approved plan as the next message in build mode, once", async () => {
  const { name, end, session } = await planned();
  await end();
  const { plan, message } = await approvePlan(ports, name, asWritten);
  assert.equal(plan.decision.state, "approved");
  assert.match(message.content, /# Do it/);
  assert.equal(message.options?.mode, "build");
  assert.equal((await t.store.sessions.get(session.id)).options.mode, "build");
  assert.ok(enqueued.includes(message.turnId!));
  assert.deepEqual((await approvePlan(ports, name, asWritten)).message, message);
  await assert.rejects(rejectPlan(ports, name, "No."), { code: "conflict", message: /was already approved/ });
  await assert.rejects(editPlan(ports, name, "# Other"), { code: "conflict" });
});

test("attributes the message to the person who approves or rejects the plan", async () => {
  const { key } = await createMemberKey(
    ports,
    { organizationId: t.organizationId, userId: t.userId, role: "admin", kind: "key", confirmedAt: null },
    { name: "mine", memberId: null, organizationId: null },
  );
  for (const decide of [
    (name: Parameters<typeof approvePlan>[1]) => approvePlan(ports, name, asWritten),
    (name: Parameters<typeof approvePlan>[1]) => rejectPlan(ports, name, "No."),
  ]) {
    const { name, end } = await planned();
    await end();
    const { message } = await decide({ ...name, sender: { ...name.sender, keyId: key.id } });
    assert.deepEqual([message.sentByKeyId, message.request], [key.id, sender.request]);
  }
});

test("returns the same message to concurrent approvals", async () => {
  const { name, end } = await planned();
  await end();
  const both = await Promise.all([1, 2].map(() => approvePlan(ports, name, asWritten)));
  assert.equal(both[0]!.message.id, both[1]!.message.id);
});

test("sends the latest edit of an approved plan to the chosen agent, and rejects an unknown agent or an invalid edit", async () => {
  const { name, end } = await planned();
  await end();
  assert.equal((await editPlan(ports, name, "# First words")).artifact.title, "First words");
  const agent = "claudeCode:claude-sonnet-4-5";
  const { plan, message } = await approvePlan(ports, name, { content: "# Last words", agent });
  assert.equal(plan.artifact.content, "# Last words");
  assert.match(message.content, /# Last words/);
  assert.equal(message.agent?.model, "claude-sonnet-4-5");
  const { name: other, end: endOther } = await planned();
  await endOther();
  await assert.rejects(approvePlan(ports, other, { content: null, agent: "nobody" }), {
    code: "invalid_input",
  });
  await assert.rejects(editPlan(ports, other, " "), { code: "invalid_input" });
  await assert.rejects(editPlan(ports, other, "x".repeat(200_001)), { code: "invalid_input" });
});

test("continues planning with the comment after a rejection, and then accepts only the newer plan", async () => {
  const { name, end, session } = await planned();
  await end();
  await assert.rejects(rejectPlan(ports, name, " "), { code: "invalid_input" });
  const { plan, message } = await rejectPlan(ports, name, "Not so.");
  assert.match(message.content, /Not so\./);
  assert.equal(message.options?.mode, "plan");
  const turn = await t.store.turns.claim(message.turnId!, t.clock.now());
  const lease = { turnId: turn!.id, sessionId: session.id, attempt: 1 };
  await note(lease, "# Better");
  const read = { ...name, artifactId: plan.artifact.id };
  await assert.rejects(approvePlan(ports, read, asWritten), { code: "conflict", message: /newer plan/ });
  await assert.rejects(approvePlan(ports, name, asWritten), {
    code: "conflict",
    message: /The session is working/,
  });
  await t.store.turns.end(lease, { status: "completed" }, t.clock.now());
  assert.equal((await approvePlan(ports, name, asWritten)).plan.artifact.title, "Better");
});

test("prefers a plan that the harness submitted to its later text, and a decided plan to any other", async () => {
  const { name, end, lease } = await planned("# Last words");
  await note(lease, "# Asked for", true);
  await note(lease, "# Said later");
  const { artifact } = (await t.store.plans.latest(lease.sessionId))!;
  assert.equal(artifact.content, "# Asked for");
  await t.store.plans.decide(artifact.id, {
    state: "rejected",
    comment: "No.",
    messageId: await t.addMessage(lease.sessionId),
    decidedAt: t.clock.now(),
  });
  await note(lease, "# Asked again", true);
  assert.equal((await t.store.plans.latest(lease.sessionId))!.artifact.content, "# Asked for");
  await end();
  await assert.rejects(note(lease, "# Late"), { code: "fenced" });
  await assert.rejects(approvePlan(ports, name, asWritten), {
    code: "conflict",
    message: /was already rejected/,
  });
});

test("rejects a decision without a plan, and a decision from another organization", async () => {
  const { id, organizationId } = await t.addSession();
  const name = { organizationId, sessionId: id, artifactId: null, sender };
  await assert.rejects(approvePlan(ports, name, asWritten), { code: "not_found", message: /has no plan/ });
  const { name: mine } = await planned();
  await assert.rejects(approvePlan(ports, { ...mine, organizationId: id }, asWritten), { code: "not_found" });
  await assert.rejects(editPlan(ports, { ...mine, artifactId: id }, "# Other"), { code: "not_found" });
});
