import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { openScene, plainSession, type Scene } from "../../../testing/scene.ts";
import { someTime, type TestStore } from "../../../testing/test-store.ts";
import { hashToken } from "../../accounts/index.ts";
import { AppError, newId } from "../../base/index.ts";
import type { Ports } from "../../ports.ts";
import { createSession, sendMessage, stopSession } from "../../sessions/index.ts";
import { settleTurn } from "../turn/settle-turn.ts";

let scene: Scene;
let t: TestStore;
let ports: Ports;
let refuseToEnqueue = false;
/** Notice that the engine returns, or null if a worker runs. */
let waits: string | null = null;

before(async () => {
  scene = await openScene({
    engine: {
      enqueueTurn: async (_tx: unknown, turnId: string) => {
        if (refuseToEnqueue) throw new AppError("unavailable", "The queue is not reachable.");
        scene.enqueued.push(turnId);
        return waits;
      },
    },
  });
  ({ t, ports } = scene);
});
beforeEach(() => {
  scene.forgetNotes();
  refuseToEnqueue = false;
  waits = null;
});
after(() => scene.drop());

const send = (sessionId: string, content: string) =>
  sendMessage(ports, t.organizationId, { sessionId, content });
const statusOf = async (sessionId: string) => (await t.store.sessions.get(sessionId)).status;

describe("a session", () => {
  test("starts with its message, turn and queue entry", async () => {
    const { id } = await scene.create({ description: "In detail." });
    const types = (await scene.eventsOf(id)).map(({ data }) => data.type);
    assert.deepEqual(types, ["session.created", "message.queued", "turn.queued"]);
    assert.deepEqual(scene.enqueued, [(await t.store.turns.active(id))?.id]);
    assert.equal(await statusOf(id), "queued");
  });

  test("is not created when it cannot be queued", async () => {
    refuseToEnqueue = true;
    const before = await t.database.pool.query("select count(*) from sessions");
    await assert.rejects(scene.create(), { code: "unavailable" });
    assert.deepEqual((await t.database.pool.query("select count(*) from sessions")).rows, before.rows);
  });

  test("stays a draft until its first message, which follows the prompt", async () => {
    const { id } = await scene.create({ prompt: "First.", description: "Detail.", isDraft: true });
    assert.deepEqual([await statusOf(id), scene.enqueued], ["draft", []]);
    const { turnId, message } = await send(id, "Then this.");
    assert.deepEqual(scene.enqueued, [turnId]);
    assert.equal((await t.store.messages.get(message.id)).content, "First.\n\nDetail.\n\nThen this.");
    assert.equal(await statusOf(id), "queued");
  });

  test("queues messages during a turn and processes the oldest one next", async () => {
    const context = await scene.working();
    const { id } = context.session;
    const first = await send(id, "One.");
    await send(id, "Two.");
    assert.equal(first.turnId, null);
    assert.equal(scene.enqueued.length, 1);
    await settleTurn(context, { status: "completed", message: "Done." });
    await settleTurn(context, { status: "completed", message: "Done." });
    assert.equal(scene.enqueued.length, 2, "settling twice enqueues the next message once");
    assert.equal((await t.store.turns.active(id))?.messageId, first.message.id);
    assert.equal(await statusOf(id), "queued");
  });

  test("of another organization rejects a message and a stop", async () => {
    const { id } = await scene.create();
    await assert.rejects(sendMessage(ports, newId(), { sessionId: id, content: "Hello." }), {
      code: "not_found",
    });
    await assert.rejects(stopSession(ports, newId(), id), { code: "not_found" });
  });
});

describe("stopping", () => {
  test("a queued turn cancels it and queues the next message", async () => {
    const { id } = await scene.create();
    const next = await send(id, "Next.");
    assert.deepEqual(await stopSession(ports, t.organizationId, id), {
      cancelledTurns: 1,
      interruptedTurns: 0,
      cancelledMessages: 0,
    });
    assert.equal((await t.store.turns.active(id))?.messageId, next.message.id);
    assert.equal((await stopSession(ports, t.organizationId, id)).cancelledTurns, 1);
    assert.equal(await statusOf(id), "cancelled");
    assert.deepEqual(await stopSession(ports, t.organizationId, id), {
      cancelledTurns: 0,
      interruptedTurns: 0,
      cancelledMessages: 0,
    });
    assert.deepEqual(scene.noticed, []);
  });

  test("a running turn records the request and notifies the worker", async () => {
    const { session, turn } = await scene.working();
    assert.deepEqual(await stopSession(ports, t.organizationId, session.id), {
      cancelledTurns: 0,
      interruptedTurns: 1,
      cancelledMessages: 0,
    });
    assert.equal((await t.store.turns.find(turn.id))?.isStopRequested, true);
    assert.deepEqual(scene.noticed, [turn.id]);
  });
});

describe("after a retry of a transaction whose commit result was lost", () => {
  /** Returns ports whose transactions run again after they have committed. */
  const again = (): Ports => ({
    ...ports,
    store: {
      ...ports.store,
      transaction: async (work) => {
        await ports.store.transaction(work);
        return ports.store.transaction(work);
      },
    },
  });
  const countOf = async (table: "messages" | "turns", sessionId: string): Promise<number> => {
    const text = `select count(*)::int as count from ${table} where session_id = $1`;
    return (await t.database.pool.query<{ count: number }>(text, [sessionId])).rows[0]!.count;
  };

  test("a session has one message with its attachment, one turn and each event once", async () => {
    waits = "No worker is running.";
    const attachment = {
      ...{ id: newId(), organizationId: t.organizationId, sha256: "0".repeat(64), blobId: null },
      ...{ name: "notes.txt", mediaType: "text/plain", sizeBytes: 1, createdAt: someTime },
    };
    await t.store.attachments.insert(attachment, t.userId);
    const keyId = newId();
    const times = { createdAt: someTime, updatedAt: someTime, lastUsedAt: null };
    await t.store.apiKeys.insert(
      {
        ...{ id: keyId, organizationId: t.organizationId, userId: t.userId },
        name: null,
        tokenPreview: "",
        ...times,
      },
      hashToken(keyId),
    );
    const origin = { kind: "key", keyId, request: null } as const;
    const request = { ...plainSession, origin, attachments: [attachment.id] };
    const { session, message } = await createSession(again(), t.organizationId, request);
    assert.deepEqual([await countOf("messages", session.id), await countOf("turns", session.id)], [1, 1]);
    assert.deepEqual((await t.store.messages.get(message!.id)).attachments, [attachment]);
    const types = (await scene.eventsOf(session.id)).map(({ data }) => data.type);
    assert.deepEqual(types, ["session.created", "message.queued", "turn.queued", "notice"]);
    assert.equal(new Set(scene.enqueued).size, 1);
  });

  test("a message that starts a turn exists once", async () => {
    const session = await scene.create({ isDraft: true });
    const sent = await sendMessage(again(), t.organizationId, { sessionId: session.id, content: "Begin." });
    assert.deepEqual([await countOf("messages", session.id), await countOf("turns", session.id)], [1, 1]);
    assert.equal(sent.turnId, scene.enqueued[0]);
  });
});
