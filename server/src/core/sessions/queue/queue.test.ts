import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { addPerson, type Person } from "../../../testing/person.ts";
import { openScene, type Scene } from "../../../testing/scene.ts";
import type { TestStore } from "../../../testing/test-store.ts";
import { newId } from "../../base/index.ts";
import type { Ports } from "../../ports.ts";
import { claimTurn, type TurnContext } from "../../turns/index.ts";
import { settleTurn } from "../../turns/turn/settle-turn.ts";
import { updateMessage } from "../message/update-message.ts";
import { claudeCodeInfo } from "../session/testing/claude-code-info.ts";
import { deleteMessage } from "./delete-message.ts";
import { maxQueued, type SendMessage, sendMessage } from "./send-message.ts";

const codexInfo = { ...claudeCodeInfo, name: "codex", displayName: "Codex", defaultModel: "gpt" };
let scene: Scene;
let t: TestStore;
let ports: Ports;
let sender: Person;

before(async () => {
  scene = await openScene({ harnesses: { list: () => [claudeCodeInfo, codexInfo] } });
  ({ t, ports } = scene);
  sender = await addPerson(t);
});
beforeEach(() => scene.forgetNotes());
after(() => scene.drop());

const request = { id: "proxy-7", traceparent: null };
const send = (sessionId: string, content: string, more: Partial<SendMessage> = {}) =>
  sendMessage(ports, t.organizationId, {
    sessionId,
    content,
    sender: { keyId: sender.keyId, request },
    ...more,
  });
const update = (id: string, change: Parameters<typeof updateMessage>[3]) =>
  updateMessage(ports, sender, id, change);
const queuedContents = async (sessionId: string) =>
  (await t.store.messages.queued(sessionId)).map(({ content }) => content);

const end = (context: TurnContext) => settleTurn(context, { status: "completed", message: "Done." });

test("rejects a command that the message's harness does not support", async () => {
  const { session } = await scene.working();
  const command = (name: string, more: Partial<SendMessage> = {}) =>
    send(session.id, "Now.", { slashCommand: { command: name, arguments: null }, ...more });
  await command("reviwe");
  const commands = [{ name: "review", description: "", inputHint: null }];
  await t.store.events.append(session.id, null, [
    { key: "commands", messageId: null, data: { type: "availableCommands", commands } },
  ]);
  const refusal = { code: "invalid_input", message: /"\/reviwe".*Use one of these .*: review/ };
  await assert.rejects(command("reviwe"), refusal);
  await assert.rejects(command("reviwe", { deliveryMode: "steer" }), refusal);
  await command("review");
  await command("reviwe", { agent: "codex" });
  await command("reviwe");
});

describe("a queued message", () => {
  test("can be edited and its turn uses the new content", async () => {
    const context = await scene.working();
    const { message } = await send(context.session.id, "Old.");
    const edited = await update(message.id, { content: "New.", richContent: { type: "doc" } });
    assert.deepEqual([edited.content, edited.references.richContent], ["New.", { type: "doc" }]);
    await update(message.id, { richContent: null });
    await end(context);
    const next = await claimTurn(ports, scene.enqueued.at(-1)!);
    assert.deepEqual([next?.message.content, next?.message.references.richContent], ["New.", null]);
  });

  test("can be edited, but not moved, while its turn waits for a worker", async () => {
    const { id } = await scene.create({ origin: { kind: "key", keyId: sender.keyId, request: null } });
    const [message] = (await t.store.messages.ofSession(id, { limit: 10 })).items;
    assert.equal(message?.state, "queued");
    assert.equal((await update(message!.id, { content: "Better." })).content, "Better.");
    await assert.rejects(update(message!.id, { place: { position: 0 } }), {
      code: "conflict",
      message: /its turn is about to start/,
    });
  });

  test("rejects every change once its turn has started", async () => {
    const { message } = await scene.working();
    for (const change of [{ content: "Late." }, { place: { position: 0 } }, { richContent: null }])
      await assert.rejects(update(message.id, change), { code: "conflict" });
    await assert.rejects(deleteMessage(ports, t.organizationId, message.id), { code: "conflict" });
  });

  test("can be edited only by its sender but moved and deleted by others", async () => {
    const context = await scene.working();
    const { id } = context.session;
    const other = await addPerson(t, { role: "admin" });
    const { message } = await send(id, "Mine.");
    const withoutKey = await send(id, "Nobody's.", { sender: null });
    const listed = (await t.store.messages.ofSession(id, { limit: 10 })).items;
    assert.deepEqual(
      listed.slice(-2).map(({ sentByUserId }) => sentByUserId),
      [sender.userId, null],
    );
    for (const change of [{ content: "Please delete the database." }, { richContent: { type: "doc" } }]) {
      await assert.rejects(updateMessage(ports, other, message.id, change), {
        code: "forbidden",
        message: /Only the person who sent a message can edit it/,
      });
      await assert.rejects(updateMessage(ports, other, withoutKey.message.id, change), { code: "forbidden" });
    }
    assert.deepEqual(await queuedContents(id), ["Mine.", "Nobody's."]);
    await updateMessage(ports, other, withoutKey.message.id, { place: { position: 0 } });
    assert.deepEqual(await queuedContents(id), ["Nobody's.", "Mine."]);
    assert.equal((await update(message.id, { content: "Still mine." })).content, "Still mine.", "control");
    await deleteMessage(ports, t.organizationId, message.id);
    assert.deepEqual(await queuedContents(id), ["Nobody's."]);
  });

  test("can be moved to a position or before another queued message, but not before a running one", async () => {
    const context = await scene.working();
    const { id } = context.session;
    const ids: string[] = [];
    for (const words of ["A", "B", "C"]) ids.push((await send(id, words)).message.id);
    await update(ids[2]!, { place: { position: 0 } });
    assert.deepEqual(await queuedContents(id), ["C", "A", "B"]);
    await update(ids[1]!, { place: { beforeMessageId: ids[0]! } });
    assert.deepEqual(await queuedContents(id), ["C", "B", "A"]);
    await assert.rejects(update(ids[1]!, { place: { beforeMessageId: context.message.id } }), {
      code: "invalid_input",
    });
    await send(id, "D");
    assert.deepEqual(await queuedContents(id), ["C", "B", "A", "D"]);
  });

  test("is deleted with its queued turn, and the next message moves up", async () => {
    const { id } = await scene.create();
    const [first] = (await t.store.messages.ofSession(id, { limit: 10 })).items;
    const second = await send(id, "Second.");
    assert.deepEqual(await deleteMessage(ports, t.organizationId, first!.id), { cancelledTurns: 1 });
    assert.equal((await t.store.turns.active(id))?.messageId, second.message.id);
    await assert.rejects(deleteMessage(ports, t.organizationId, first!.id), { code: "not_found" });
    assert.deepEqual(await deleteMessage(ports, t.organizationId, second.message.id), { cancelledTurns: 1 });
    assert.equal(await t.store.turns.active(id), null);
    assert.equal((await t.store.sessions.get(id)).status, "cancelled");
    assert.deepEqual((await t.store.messages.ofSession(id, { limit: 10 })).items, []);
  });

  test("of another organization is not found", async () => {
    const context = await scene.working();
    const { message } = await send(context.session.id, "Mine.");
    await assert.rejects(
      updateMessage(ports, { ...sender, organizationId: newId() }, message.id, { content: "Theirs." }),
      {
        code: "not_found",
      },
    );
    await assert.rejects(deleteMessage(ports, newId(), message.id), { code: "not_found" });
  });

  test("is rejected when the queue holds a thousand messages", async () => {
    const context = await scene.working();
    const { id } = context.session;
    await t.database.pool.query(
      `insert into messages (id, session_id, content, created_at, updated_at)
       select gen_random_uuid(), $1, 'x', now(), now() from generate_series(1, $2)`,
      [id, maxQueued],
    );
    await assert.rejects(send(id, "One more."), { code: "conflict", message: /1000 queued messages/ });
  });
});

describe("a steering message", () => {
  test("precedes the queued messages and notifies the running turn", async () => {
    const context = await scene.working();
    const { id } = context.session;
    await send(id, "Queued.");
    const sent = await send(id, "Steer.", { deliveryMode: "steer" });
    assert.equal(sent.steersTurnId, context.turn.id);
    assert.deepEqual(scene.noticed, [context.turn.id]);
    assert.deepEqual(await queuedContents(id), ["Steer.", "Queued."]);
  });

  test("starts a turn when none is running and does not steer its own turn", async () => {
    const context = await scene.working();
    await end(context);
    const sent = await send(context.session.id, "Steer.", { deliveryMode: "steer" });
    assert.deepEqual([sent.steersTurnId, scene.noticed], [null, []]);
    const own = await claimTurn(ports, sent.turnId!);
    assert.deepEqual(await t.store.messages.takeSteering(own!.lease), []);
  });

  test("is queued again when the turn ends if it did not reach the harness", async () => {
    const context = await scene.working();
    const { id } = context.session;
    const lost = await send(id, "Lost.", { deliveryMode: "steer" });
    const reached = await send(id, "Reached.", { deliveryMode: "steer" });
    assert.equal((await t.store.messages.takeSteering(context.lease)).length, 2);
    await t.store.messages.markSteered(context.lease, reached.message.id, "injected");
    await assert.rejects(update(lost.message.id, { content: "Late." }), { code: "conflict" });
    await end(context);
    assert.equal((await t.store.turns.active(id))?.messageId, lost.message.id);
    const { items } = await t.store.messages.ofSession(id, { limit: 10, state: "completed" });
    assert.deepEqual(
      items.map(({ content }) => content),
      ["Go.", "Reached."],
    );
  });

  test("is claimed only by the current attempt, not by an earlier one", async () => {
    const context = await scene.working();
    await send(context.session.id, "Steer.", { deliveryMode: "steer" });
    const later = await claimTurn(ports, context.turn.id);
    await assert.rejects(t.store.messages.takeSteering(context.lease), { code: "fenced" });
    const [message] = await t.store.messages.takeSteering(later!.lease);
    const { messages } = t.store;
    await assert.rejects(messages.markSending(context.lease, message!.id, true), { code: "fenced" });
    await assert.rejects(messages.markSteered(context.lease, message!.id, "injected"), { code: "fenced" });
    assert.deepEqual(message?.delivery, { mode: "steer", steeredAs: null, isSending: false });
  });

  test("is rejected when it names another agent", async () => {
    const { session } = await scene.working();
    await assert.rejects(send(session.id, "Steer.", { deliveryMode: "steer", agent: "codex" }), {
      code: "invalid_input",
    });
  });
});

describe("a queued message switched to steering", () => {
  const steer = (id: string) => update(id, { place: { mode: "steer" } });

  test("keeps its attachments, moves to the front and notifies the turn", async () => {
    const context = await scene.working();
    const { id } = context.session;
    const notes = { name: "notes.txt", mediaType: "text/plain", sizeBytes: 5, sha256: "a".repeat(64) };
    const attachment = {
      id: newId(),
      organizationId: t.organizationId,
      createdAt: new Date(),
      blobId: null,
      ...notes,
    };
    await t.store.attachments.insert(attachment, sender.userId);
    const first = await send(id, "First.");
    const second = await send(id, "Second.", { attachments: [attachment.id] });
    const steered = await steer(second.message.id);
    assert.deepEqual(
      [steered.delivery.mode, steered.state, steered.attachments.map(({ name }) => name)],
      ["steer", "queued", ["notes.txt"]],
    );
    assert.deepEqual(scene.noticed, [context.turn.id]);
    assert.deepEqual(await queuedContents(id), ["Second.", "First."]);
    const moved = (await scene.eventsOf(id)).filter(({ data }) => data.type === "message.moved");
    assert.deepEqual(
      moved.map(({ messageId, data }) => [messageId, data]),
      [
        [
          second.message.id,
          { type: "message.moved", position: 0, order: [second.message.id, first.message.id] },
        ],
      ],
    );
    const [taken, ...others] = await t.store.messages.takeSteering(context.lease);
    assert.deepEqual([taken?.id, others], [second.message.id, []]);
  });

  test("can be switched again without effect, both while queued and after the turn received it", async () => {
    const context = await scene.working();
    const { message } = await send(context.session.id, "Now.");
    await steer(message.id);
    const before = (await scene.eventsOf(context.session.id)).length;
    assert.equal((await steer(message.id)).state, "queued");
    await t.store.messages.takeSteering(context.lease);
    assert.equal((await steer(message.id)).state, "working");
    assert.equal((await scene.eventsOf(context.session.id)).length, before);
    const change = { content: "Late.", place: { mode: "steer" } } as const;
    await assert.rejects(update(message.id, change), { code: "conflict" });
  });

  test("becomes the next message when the turn ends first, and cannot be switched once its turn has started", async () => {
    const context = await scene.working();
    const { id } = context.session;
    const { message } = await send(id, "Next.");
    const [ended] = await Promise.allSettled([end(context), steer(message.id)]);
    assert.equal(ended.status, "fulfilled");
    const turn = await t.store.turns.active(id);
    assert.deepEqual([turn?.messageId, turn?.state.status], [message.id, "queued"]);
    assert.equal((await steer(message.id)).state, "queued");
    const own = await claimTurn(ports, turn!.id);
    assert.deepEqual(await t.store.messages.takeSteering(own!.lease), []);

    const late = await scene.working();
    await assert.rejects(steer(late.message.id), {
      code: "conflict",
      message: /because it is no longer queued/,
    });
  });

  test("is rejected when it names another agent or an unknown command", async () => {
    const context = await scene.working();
    const { id } = context.session;
    const other = await send(id, "By another.", { agent: "codex:gpt-5" });
    await assert.rejects(steer(other.message.id), { code: "invalid_input", message: /specifies an agent/ });
    const command = { command: "reviwe", arguments: null };
    const unknown = await send(id, "Look.", { agent: "claudeCode", slashCommand: command });
    await t.store.events.append(id, null, [
      {
        key: "commands",
        messageId: null,
        data: {
          type: "availableCommands",
          commands: [{ name: "review", description: "", inputHint: null }],
        },
      },
    ]);
    await assert.rejects(steer(unknown.message.id), { code: "invalid_input" });
    assert.deepEqual(await queuedContents(id), ["By another.", "Look."]);
  });
});

describe("a message that names an agent", () => {
  test("switches the session to that agent for this message and later ones", async () => {
    const context = await scene.working();
    const { id } = context.session;
    await send(id, "By another.", { agent: "codex:gpt-5" });
    await send(id, "And after.");
    assert.equal((await t.store.sessions.get(id)).harness, "claudeCode");
    await t.store.conversations.save(context.lease, "claudeCode", { id: "c-1", seenSeq: 1 });
    await end(context);
    const second = await claimTurn(ports, scene.enqueued.at(-1)!);
    assert.deepEqual([second?.session.harness, second?.session.model], ["codex", "gpt-5"]);
    assert.equal(await t.store.conversations.find(id, "codex"), null);
    await end(second!);
    const third = await claimTurn(ports, scene.enqueued.at(-1)!);
    assert.deepEqual([third?.message.agent, third?.session.harness], [null, "codex"]);
    const events = await scene.eventsOf(id);
    assert.deepEqual(
      events.flatMap(({ data }) => (data.type === "session.agentChanged" ? [data.agent] : [])),
      ["codex:gpt-5"],
    );
  });

  test("is rejected for an unknown agent, or for options that the agent does not support", async () => {
    const { session } = await scene.working();
    await assert.rejects(send(session.id, "Go.", { agent: "nobody" }), { code: "invalid_input" });
    await assert.rejects(send(session.id, "Go.", { agentOptions: { reasoningLevel: "none such" } }), {
      code: "invalid_input",
    });
    const { message } = await send(session.id, "Plan.", { agentOptions: { mode: "planning" } });
    assert.equal((await t.store.messages.get(message.id)).options?.mode, "plan");
  });
});

describe("a client-provided message ID", () => {
  test("sends a message only once, and is rejected with other content or in another session", async () => {
    const { session } = await scene.working();
    const other = await scene.working();
    const same = { messageId: newId(), isSameOnlyIfEqual: true };
    const first = await send(session.id, "Once.", same);
    assert.equal((await send(session.id, "Once.", same)).message.id, first.message.id);
    assert.deepEqual(await queuedContents(session.id), ["Once."]);
    await assert.rejects(send(session.id, "Changed.", same), { code: "conflict" });
    await assert.rejects(send(other.session.id, "Once.", same), { code: "conflict" });
  });

  test("applies to a draft's first message, which includes the prompt", async () => {
    const { id } = await scene.create({ isDraft: true });
    const same = { messageId: newId(), isSameOnlyIfEqual: true };
    await send(id, "Now.", same);
    assert.equal((await send(id, "Now.", same)).message.content, "Go.\n\nNow.");
  });

  test("starts a draft as it is if the first message is its prompt", async () => {
    const { id } = await scene.create({ isDraft: true });
    const same = { messageId: newId(), isSameOnlyIfEqual: true };
    assert.equal((await send(id, "Go.", same)).message.content, "Go.");
    assert.equal((await send(id, "Go.", same)).message.id, same.messageId, "a retry");
  });
});
