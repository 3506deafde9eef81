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
import {
  aForgeComment,
  memoryForge,
  ourAccount,
  threadKey,
} from "../../../automation/conversation/testing/memory-forge.ts";
import { AppError, createMasker, newId } from "../../../base/index.ts";
import type { MessageSource } from "../../../sessions/index.ts";
import type { TurnContext } from "../turn-context.ts";
import { replyInThread } from "./reply-in-thread.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const signal = new AbortController().signal;
const completed = { status: "completed", message: "Done.", pushed: [] } as const;
const thread = { kind: "pullRequest", number: 7 } as const;

async function setUp(change: Partial<MessageSource> | null = {}) {
  const memory = memoryForge();
  const repository = await t.addRepository();
  const session = await t.addSession({}, [repository]);
  const source: MessageSource | null =
    change === null
      ? null
      : {
          kind: "comment",
          integrationId: null,
          repositoryId: repository.id,
          thread,
          replyTo: null,
          comments: [{ id: "1", kind: "comment", threadId: null }],
          url: "https://forge.example/comments/1",
          ...change,
        };
  const message = aMessage({ sessionId: session.id, source });
  await t.store.messages.insert(message);
  const turnId = newId();
  await t.store.turns.insert({ id: turnId, sessionId: session.id, messageId: message.id }, someTime);
  const turn = (await t.store.turns.claim(turnId, someTime))!;
  const lease = { turnId, sessionId: session.id, attempt: 1 };
  await t.store.events.append(session.id, lease, [
    { key: "1", messageId: message.id, data: { type: "text", text: "It is four. sesame-open-42" } },
  ]);
  const { ports } = conversationPorts(t, memory.forge);
  const [use] = await t.store.sessions.repositories(session.id);
  const context = {
    ports,
    session,
    turn,
    message,
    lease,
    masker: createMasker([{ key: "TOKEN", value: "sesame-open-42" }]),
    checkouts: [{ repository, use: use!, forge: memory.forge }],
  } as unknown as TurnContext;
  const events = async () =>
    (await t.store.events.list(session.id, { afterSeq: 0, limit: 100 })).map(({ data }) => data);
  return { memory, repository, session, lease, context, events };
}

test("posts the harness's last text once, masked and with a session link, and marks the comment as done", async () => {
  const { memory, session, context } = await setUp();
  await replyInThread(context, completed, signal);
  await replyInThread(context, completed, signal);
  assert.equal(memory.written.length, 1);
  assert.equal(
    memory.written[0]!.body,
    `It is four. [secret TOKEN]\n\n[Session](http://tembo.example:3000/sessions/${session.id})\n\n[//]: # (tembo:reply:${context.turn.id})\n`,
  );
  assert.deepEqual(memory.reactions, ["done comment:1"]);
});

test("posts the reply even if another user has copied its marker", async () => {
  const { memory, context } = await setUp();
  const copied = aForgeComment({ body: `[//]: # (tembo:reply:${context.turn.id})` });
  memory.threads.set(threadKey(thread), [copied]);
  await replyInThread(context, completed, signal);
  assert.equal(memory.written.length, 1);
  memory.threads.set(threadKey(thread), [{ ...copied, author: ourAccount }]);
  await replyInThread(context, completed, signal);
  assert.equal(memory.written.length, 1);
});

test("posts nothing from a private session, even if it became private during the turn", async () => {
  const { memory, session, context } = await setUp();
  await t.store.sessionChanges.update(session.id, { visibility: "private" }, someTime);
  await replyInThread(context, completed, signal);
  assert.deepEqual([memory.written, memory.reactions], [[], []]);
  await t.store.sessionChanges.update(session.id, { visibility: "public" }, someTime);
  await replyInThread(context, completed, signal);
  assert.equal(memory.written.length, 1, "control");
});

test("replies to an inline comment in its thread", async () => {
  const { memory, context } = await setUp({ replyTo: { id: "3", threadId: "t" } });
  await replyInThread(context, completed, signal);
  assert.equal(memory.written[0]?.at, "pullRequest:7 below 3");
});

test("names the opened pull request in the reply to an issue", async () => {
  const issue = { kind: "issue", number: 12 } as const;
  const { memory, repository, session, lease, context } = await setUp({
    kind: "issue",
    thread: issue,
    comments: [],
  });
  await t.store.pullRequests.save(
    lease,
    aPullRequest({ organizationId: t.organizationId, sessionId: session.id, repositoryId: repository.id }),
  );
  const pushed = [{ directory: "shop", sha: "0123456789" }];
  await replyInThread(context, { ...completed, pushed }, signal);
  assert.match(memory.written[0]!.body, /Pushed 0123456 to shop\.\n\nPull request: http:\/\/127\.0\.0\.1/);
  assert.deepEqual(memory.reactions, ["done issue:12"]);
});

test("posts a failure with its reason and marks the comment as refused", async () => {
  const { memory, context } = await setUp();
  await replyInThread(context, { status: "failed", message: "The budget is spent.", pushed: [] }, signal);
  assert.match(memory.written[0]!.body, /^The task could not be finished\. The budget is spent\./);
  assert.deepEqual(memory.reactions, ["refused comment:1"]);
});

test("posts nothing for a message from the API or for an unknown repository", async () => {
  for (const change of [null, { repositoryId: newId() }]) {
    const { memory, context } = await setUp(change);
    await replyInThread(context, completed, signal);
    assert.deepEqual(memory.written, []);
  }
});

test("records a notice when the forge rejects the reply and throws other errors", async () => {
  const { memory, context, events } = await setUp();
  memory.failing.set("comment", new AppError("forge_failed", "The forge is not reachable. Try again."));
  await replyInThread(context, completed, signal);
  const notice = (await events()).find(({ type }) => type === "notice");
  assert.match(
    JSON.stringify(notice),
    /could not be posted at https:\/\/forge\.example.*The forge is not reachable/,
  );
  memory.failing.set("comment", new AppError("fenced", "Another attempt."));
  await assert.rejects(replyInThread(context, completed, signal), { code: "fenced" });
});

test("throws if the turn is stopped before the reply", async () => {
  const { memory, context } = await setUp();
  memory.failing.set("comment", new AppError("forge_failed", "Aborted."));
  const stop = new Error("stopped");
  await assert.rejects(replyInThread(context, completed, AbortSignal.abort(stop)), (error) => error === stop);
});
