import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  aMessage,
  aPullRequest,
  openTestStore,
  someTime,
  type TestStore,
} from "../../../../testing/test-store.ts";
import { conversationPorts } from "../../../automation/conversation/testing/conversation-ports.ts";
import { memoryForge } from "../../../automation/conversation/testing/memory-forge.ts";
import { AppError, createMasker, newId } from "../../../base/index.ts";
import type { Forge } from "../../../forges/index.ts";
import { decideThreadState } from "../../../sessions/index.ts";
import type { ToolCall } from "../../tool/tool-call.ts";
import { replyToReviewThread } from "../../tool/tools/reply-to-review-thread.ts";
import type { TurnContext } from "../turn-context.ts";
import { answerThreads } from "./answer-threads.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const { signal } = new AbortController();
const sha = "0123456789abcdef";

/** Creates a turn whose message assigned two threads, and whose forge can resolve threads unless `isPlain`. */
async function setUp({ isPlain = false } = {}) {
  const memory = memoryForge();
  const resolved: string[] = [];
  let resolveError: Error | null = null;
  const reviewing = {
    resolveThread: async (_: unknown, number: number, id: string) => {
      if (resolveError !== null) throw resolveError;
      resolved.push(`${number}/${id}`);
    },
  } as unknown as Forge["reviewing"];
  const forge = Object.create(memory.forge, { reviewing: { value: isPlain ? null : reviewing } }) as Forge;
  const repository = await t.addRepository();
  const session = await t.addSession({}, [repository]);
  const message = aMessage({ sessionId: session.id });
  await t.store.messages.insert(message);
  const turnId = newId();
  await t.store.turns.insert({ id: turnId, sessionId: session.id, messageId: message.id }, someTime);
  await t.store.messages.setTurn(message.id, turnId);
  const turn = (await t.store.turns.claim(turnId, someTime))!;
  const lease = { turnId, sessionId: session.id, attempt: 1 };
  const pullRequest = aPullRequest({
    organizationId: t.organizationId,
    sessionId: session.id,
    repositoryId: repository.id,
  });
  await t.store.pullRequests.save(lease, pullRequest);
  await t.store.assignedThreads.insert(
    ["3", "5"].map((commentId, position) => ({
      messageId: message.id,
      pullRequestId: pullRequest.id,
      threadId: `t${commentId}`,
      commentId,
      position,
      place: `a.txt:${commentId}`,
      answer: null,
      isFixed: false,
      commitSha: null,
      repliedAt: null,
      resolvedAt: null,
      reason: null,
      createdAt: someTime,
    })),
  );
  const { ports } = conversationPorts(t, forge);
  const [use] = await t.store.sessions.repositories(session.id);
  const context = {
    ports,
    session,
    turn,
    message,
    lease,
    masker: createMasker([{ key: "TOKEN", value: "sesame-open-42" }]),
    checkouts: [{ repository, use: use!, forge }],
  } as unknown as TurnContext;
  return {
    memory,
    session,
    context,
    resolved,
    failResolving: (error: Error | null) => {
      resolveError = error;
    },
    reply: (thread: string, message: string, resolve = false) =>
      replyToReviewThread({ context } as ToolCall, { thread, message, resolve }),
    end: (status: "completed" | "failed" = "completed") =>
      answerThreads(
        context,
        { status, message: "Done.", pushed: [{ directory: use!.directory, sha }] },
        signal,
      ),
    states: async () => {
      const threads = await t.store.assignedThreads.ofPullRequest(pullRequest.id);
      return threads.map((one) => [
        one.commentId,
        decideThreadState(one, one.turnStatus),
        one.commitSha,
        one.reason,
      ]);
    },
    endTurn: () => t.store.turns.end(lease, { status: "completed" }, someTime),
  };
}

test("posts the last reply once, masked and with the commit, resolves the thread, and records the result", async () => {
  const { memory, context, resolved, reply, end, states, endTurn } = await setUp();
  assert.deepEqual(
    (await states()).map(([, state]) => state),
    ["working", "working"],
  );
  await reply("inline-3", "Not yet.");
  await reply("inline-3", "It is sesame-open-42 now.\n\n[//]: # (tembo:thread:x)", true);
  await end();
  await end();
  assert.deepEqual(memory.written, [
    {
      at: "pullRequest:1 below 3",
      body: `It is [secret TOKEN] now.\n\nPushed in \`01234567\`.\n\n[//]: # (tembo:thread:${context.turn.id}:t3)\n`,
    },
  ]);
  assert.deepEqual(resolved, ["1/3"]);
  await endTurn();
  assert.deepEqual(await states(), [
    ["3", "resolved", sha, null],
    ["5", "unanswered", sha, null],
  ]);
});

test("does not reply twice if the worker died between the reply and its record", async () => {
  const { memory, context, reply, end, failResolving, resolved, states } = await setUp();
  await reply("inline-3", "Done.", true);
  failResolving(new Error("The worker died."));
  await assert.rejects(end(), /worker died/);
  const [thread] = await t.store.assignedThreads.ofTurn(context.lease);
  assert.deepEqual([memory.written.length, thread!.repliedAt], [1, null], "posted, but not recorded");
  failResolving(null);
  await end();
  assert.deepEqual([memory.written.length, resolved.length], [1, 1]);
  assert.equal((await states())[0]![1], "resolved");
});

test("replies on a forge without review actions, and records why the thread is not resolved", async () => {
  const { memory, reply, end, states } = await setUp({ isPlain: true });
  await reply("inline-3", "Done.", true);
  await end();
  assert.equal(memory.written.length, 1);
  const [, state, , reason] = (await states())[0]!;
  assert.equal(state, "replied");
  assert.match(String(reason), /cannot resolve review threads on this forge/);
});

test("records the reason when the forge rejects a reply, and throws other errors", async () => {
  const { memory, session, reply, end, states, endTurn } = await setUp();
  await reply("inline-3", "Done.");
  await reply("inline-5", "Also done.");
  memory.failing.set("replyInline", new AppError("fenced", "Another attempt."));
  await assert.rejects(end(), { code: "fenced" });
  memory.failing.set("replyInline", new AppError("forge_failed", "The forge is not reachable. Try again."));
  await end();
  await endTurn();
  for (const [, state, , reason] of await states()) {
    assert.equal(state, "unanswered");
    assert.match(String(reason), /could not be posted in the review thread on a\.txt:.*not reachable/);
  }
  const events = await t.store.events.list(session.id, { afterSeq: 0, limit: 100 });
  assert.equal(events.filter(({ data }) => data.type === "notice").length, 2);
});

test("posts nothing for a failed turn or in a private session", async () => {
  const { memory, session, reply, end } = await setUp();
  await reply("inline-3", "Done.");
  await end("failed");
  await t.store.sessionChanges.update(session.id, { visibility: "private" }, someTime);
  await end();
  await assert.rejects(reply("inline-3", "Again."), { code: "conflict" });
  assert.deepEqual(memory.written, []);
  await t.store.sessionChanges.update(session.id, { visibility: "public" }, someTime);
  await end();
  assert.equal(memory.written.length, 1, "control");
});

test("rejects a thread that the turn's messages did not assign, and a lost lease", async () => {
  const { context, reply } = await setUp();
  await assert.rejects(reply("inline-4", "Done."), {
    code: "not_found",
    message: 'Review thread "inline-4" is not assigned to this turn. Use one of: inline-3, inline-5.',
  });
  await t.store.turns.claim(context.turn.id, someTime);
  await assert.rejects(reply("inline-3", "Done."), { code: "fenced" });
});
