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
import { type Forge, ForgeOutage, type PullRequest } from "../../../forges/index.ts";
import { decideThreadState, type MessageSource, optionsOf } from "../../../sessions/index.ts";
import type { ToolCall } from "../../tool/tool-call.ts";
import { replyToReviewThread } from "../../tool/tools/reply-to-review-thread.ts";
import { TurnInterrupt } from "../interrupt.ts";
import type { TurnContext } from "../turn-context.ts";
import { answerThreads } from "./answer-threads.ts";
import type { TurnResult } from "./compose-reply.ts";
import { postReplies } from "./post-replies.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const { signal } = new AbortController();
const sha = "0123456789abcdef";

/** Creates a turn whose message assigned two threads, and whose forge can resolve threads unless `isPlain`. */
async function setUp({
  isPlain = false,
  pushedBranch = null,
  threadIds = ["t3", "t5"],
  ...change
}: Partial<Pick<PullRequest, "status" | "isFromFork">> & {
  readonly isPlain?: boolean;
  readonly pushedBranch?: string | null;
  readonly threadIds?: readonly [string, string];
} = {}) {
  const memory = memoryForge();
  const resolved: string[] = [];
  let resolveError: Error | null = null;
  const reviewing = {
    resolveThread: async (_: unknown, number: number, id: string) => {
      if (resolveError !== null) throw resolveError;
      resolved.push(`${number}/${id}`);
    },
  } as unknown as Forge["reviewing"];
  const reads: string[] = [];
  const counted = (name: "account" | "listComments") => ({
    value: (...args: never[]) => {
      reads.push(name);
      return (memory.forge[name] as (...args: never[]) => unknown)(...args);
    },
  });
  const forge = Object.create(memory.forge, {
    reviewing: { value: isPlain ? null : reviewing },
    account: counted("account"),
    listComments: counted("listComments"),
  }) as Forge;
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
    ...change,
  });
  await t.store.pullRequests.save(lease, pullRequest);
  await t.store.assignedThreads.insert(
    ["3", "5"].map((commentId, position) => ({
      messageId: message.id,
      pullRequestId: pullRequest.id,
      threadId: threadIds[position]!,
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
    end: (status: TurnResult["status"] = "completed", { limitMs = 60_000, stop = signal } = {}) =>
      answerThreads(
        context,
        {
          status,
          message: "Done.",
          pushed: [{ directory: use!.directory, sha, branch: pushedBranch ?? pullRequest.headBranch }],
        },
        stop,
        limitMs,
      ),
    /** Calls of the forge's operations that read. */
    reads,
    notices: async () =>
      (await t.store.events.list(session.id, { afterSeq: 0, limit: 100 })).filter(
        ({ data }) => data.type === "notice",
      ).length,
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
      body: `It is [secret TOKEN] now.\n\nPushed in \`01234567\`.\n\n[//]: # (tembo:thread:${context.turn.id}:3)\n`,
    },
  ]);
  assert.deepEqual(resolved, ["1/3"]);
  await endTurn();
  assert.deepEqual(await states(), [
    ["3", "resolved", sha, null],
    [
      "5",
      "unanswered",
      sha,
      "The agent did not write a reply. Read its message in the session, or send the comment to the agent again.",
    ],
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

test("records the reason of each thread that the forge rejects, and throws if the attempt was fenced off", async () => {
  const { memory, reply, end, states, endTurn, notices } = await setUp();
  await reply("inline-3", "Done.");
  await reply("inline-5", "Also done.");
  memory.failing.set("replyInline", new AppError("fenced", "Another attempt."));
  await assert.rejects(end(), { code: "fenced" });
  for (const code of ["forge_failed", "forbidden", "internal"] as const) {
    memory.failing.set("replyInline", new AppError(code, "The comment is gone. Reload the page."));
    await end();
    for (const [, , , reason] of await states())
      assert.match(
        String(reason),
        /^The reply could not be posted in the review thread on a\.txt:\d: The comment is gone/,
      );
  }
  assert.equal(await notices(), 2, "one for each thread");
  await endTurn();
  assert.deepEqual(
    (await states()).map(([, state]) => state),
    ["unanswered", "unanswered"],
  );
});

test("reads a pull request once, and stops at an outage of the forge with one notice", async () => {
  for (const outage of [
    new ForgeOutage("The forge does not respond. Check the network."),
    new AppError("unavailable", "The built-in forge does not respond. Check the network."),
  ]) {
    const { memory, reply, end, states, reads, notices } = await setUp();
    await reply("inline-3", "Done.");
    await reply("inline-5", "Also done.");
    memory.failing.set("account", outage);
    await end();
    assert.deepEqual(reads, ["account"]);
    assert.equal(await notices(), 1);
    for (const [commentId, , , reason] of await states())
      assert.match(String(reason), new RegExp(`on a\\.txt:${commentId}: .*does not respond`));
    memory.failing.delete("account");
    await end();
    assert.deepEqual([memory.written.length, reads.length], [2, 3], "control");
  }
});

test("records the reason if the replies exceed their time limit", async () => {
  const { memory, reply, end, states, notices } = await setUp();
  await reply("inline-3", "Done.");
  await reply("inline-5", "Also done.");
  const hanging = Promise.withResolvers<never>();
  memory.forge.replyInline = () => hanging.promise;
  await end("completed", { limitMs: 20 });
  for (const [, , , reason] of await states()) assert.match(String(reason), /more than 0\.02 seconds/);
  assert.equal(await notices(), 1);
});

test("states that Tembo could not resolve a thread in which it replied", async () => {
  const { reply, end, states, failResolving } = await setUp();
  await reply("inline-3", "Done.", true);
  failResolving(new AppError("forge_unauthorized", "The token lacks a permission."));
  await end();
  const [[, state, , reason] = []] = await states();
  assert.deepEqual(
    [state, reason],
    ["replied", "Tembo could not resolve the review thread on a.txt:3: The token lacks a permission."],
  );
});

test("replies in two threads whose IDs differ only in characters that a marker does not contain", async () => {
  const { memory, reply, end } = await setUp({ threadIds: ["new:3:a/b.txt", "new:3:a_b.txt"] });
  await reply("inline-3", "Done.");
  await reply("inline-5", "Also done.");
  await end();
  assert.equal(memory.written.length, 2);
});

test("names a commit only if the turn pushed it to the open pull request", async () => {
  for (const [change, expected] of [
    [{}, sha],
    [{ pushedBranch: "fix-rescued" }, null],
    [{ status: "merged" }, null],
    [{ isFromFork: true }, null],
  ] as const) {
    const { memory, reply, end, states } = await setUp(change);
    await reply("inline-3", "Done.");
    await end();
    assert.equal((await states())[0]![2], expected, JSON.stringify(change));
    assert.equal(memory.written[0]!.body.includes("Pushed in"), expected !== null);
  }
});

test("posts nothing for a turn that did not complete or in a private session, and records the reason", async () => {
  const { memory, context, session, reply, end, states } = await setUp();
  const reasons = async () => (await states()).map(([, , , reason]) => String(reason));
  await reply("inline-3", "Done.");
  const both = async (pattern: RegExp) => {
    for (const reason of await reasons()) assert.match(reason, pattern);
  };
  await end("failed");
  await both(/^The turn failed before/);
  assert.equal((await states())[0]![2], sha, "the commit that the failed turn pushed");
  await end("cancelled");
  await both(/^The turn was stopped before/);
  await end("completed", { stop: AbortSignal.abort(new TurnInterrupt("stopped")) });
  await both(/^The turn was stopped before/);
  await assert.rejects(
    end("completed", { stop: AbortSignal.abort(new TurnInterrupt("handedBack")) }),
    TurnInterrupt,
  );
  const { checkouts } = context;
  Object.assign(context, { checkouts: [] });
  await end();
  await both(/no longer contains the repository/);
  Object.assign(context, { checkouts });
  await t.store.sessionChanges.update(session.id, { visibility: "private" }, someTime);
  await end();
  await both(/^The session is private/);
  await assert.rejects(reply("inline-3", "Again."), { code: "conflict" });
  assert.deepEqual(memory.written, []);
  await t.store.sessionChanges.update(session.id, { visibility: "public" }, someTime);
  await end();
  assert.equal(memory.written.length, 1, "control");
  assert.match((await reasons())[1]!, /^The agent did not write a reply/);
  Object.assign(context, {
    message: { ...context.message, options: { ...optionsOf(context), mode: "plan" } },
  });
  await end();
  assert.match((await reasons())[1]!, /^The agent only planned/);
});

test("answers in review threads even if the reply to the message fails, unless the attempt was fenced off", async () => {
  const { memory, context, reply, states } = await setUp();
  await reply("inline-3", "Done.");
  const [{ repository } = assert.fail()] = context.checkouts;
  const source: MessageSource = {
    ...{ kind: "comment", integrationId: null, repositoryId: repository.id, replyTo: null, comments: [] },
    ...{ thread: { kind: "issue", number: 7 }, url: "https://forge.example/comments/1" },
  };
  Object.assign(context, { message: { ...context.message, source } });
  const result = { status: "completed", message: "Done.", pushed: [] } as const;
  const reasons = async () => (await states()).map(([, , , reason]) => reason);
  memory.failing.set("comment", new AppError("fenced", "Another attempt."));
  await assert.rejects(postReplies(context, result, signal), { code: "fenced" });
  assert.deepEqual([memory.written.length, await reasons()], [0, [null, null]]);
  memory.failing.set("comment", new Error("A fault."));
  await assert.rejects(postReplies(context, result, signal), /A fault/);
  assert.deepEqual(
    memory.written.map(({ at }) => at),
    ["pullRequest:1 below 3"],
  );
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

test("accepts the comment by which a later message of the turn names the thread", async () => {
  const { context, session, reply, end, memory } = await setUp();
  const [thread] = await t.store.assignedThreads.ofTurn(context.lease);
  const { commentIds: _, ...assigned } = thread!;
  const steering = aMessage({ sessionId: session.id, createdAt: new Date(someTime.getTime() + 1) });
  await t.store.messages.insert(steering);
  await t.store.messages.setTurn(steering.id, context.turn.id);
  const { createdAt } = steering;
  await t.store.assignedThreads.insert([{ ...assigned, messageId: steering.id, commentId: "4", createdAt }]);
  await reply("inline-4", "Done.");
  await end();
  assert.deepEqual(
    memory.written.map(({ at }) => at),
    ["pullRequest:1 below 3"],
  );
});
