import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";
import { about, conversationFixture, onPullRequest, talkTime } from "./testing/conversation-fixture.ts";
import { aForgeUser } from "./testing/memory-forge.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

type AddComment = Awaited<ReturnType<typeof conversationFixture>>["addComment"];

function review(addComment: AddComment, bodies: readonly string[]) {
  return bodies.map((body, index) =>
    addComment(onPullRequest, {
      body,
      kind: "inline",
      reviewId: "r1",
      threadId: `t${index}`,
      place: { path: `src/${index}.ts`, line: index + 1, side: "new", diffHunk: `@@ hunk ${index}` },
    }),
  );
}

test("combines a review's five comments from concurrent deliveries into one message", async () => {
  const { memory, handle, addComment, sessionWithPullRequest, messagesOf } = await conversationFixture(t);
  const session = await sessionWithPullRequest();
  const events = review(addComment, ["@tembo one", "two", "@tembo three", "four", "five"]);
  const handled = await Promise.all(events.map((event) => handle(event)));
  const messages = await messagesOf(session.id);
  assert.equal(messages.length, 1);
  const { content, source } = messages[0]!;
  for (const word of ["1. one", "2. two", "3. three", "4. four", "5. five"])
    assert.ok(content.includes(word), word);
  for (const place of ["src/0.ts, line 1", "src/4.ts, line 5", "@@ hunk 2"])
    assert.ok(content.includes(place), place);
  assert.deepEqual([source?.kind, source?.replyTo, source?.comments.length], ["review", null, 5]);
  assert.deepEqual(
    handled.map(({ outcome }) => outcome).toSorted(),
    [
      "The session received a message.",
      "These comments are already being handled.",
      null,
      null,
      null,
    ].toSorted(),
  );
  assert.equal(memory.reactions.length, 5);
});

test("control: comments of separate reviews become separate messages", async () => {
  const { handle, addComment, sessionWithPullRequest, messagesOf } = await conversationFixture(t);
  const session = await sessionWithPullRequest();
  for (const reviewId of ["r1", "r2"])
    await handle(addComment(onPullRequest, { kind: "inline", reviewId, threadId: reviewId }));
  const messages = await messagesOf(session.id);
  assert.equal(messages.length, 2);
  assert.deepEqual(
    messages.map(({ source }) => source?.replyTo?.threadId),
    ["r1", "r2"],
  );
});

test("includes a review's comments when its summary mentions Tembo, and stores the reviewers", async () => {
  const { memory, repository, handle, addComment, sessionWithPullRequest, messagesOf } =
    await conversationFixture(t);
  await sessionWithPullRequest();
  review(addComment, ["one", "two"]);
  const submitted = {
    id: "r1",
    author: aForgeUser("ada"),
    state: "changesRequested" as const,
    body: "@tembo see below",
    url: "https://forge.example/reviews/1",
    submittedAt: talkTime,
  };
  memory.reviews.set(7, [submitted]);
  const handled = await handle({ ...about, type: "review.submitted", number: 7, review: submitted });
  const message = (await messagesOf(handled.sessionId!)).at(-1)!;
  assert.match(message.content, /1\. see below\n\n2\. one\n\n3\. two/);
  assert.equal(message.source?.comments[0]?.kind, "review");
  const known = await t.store.pullRequests.findByNumber(repository.id, 7);
  assert.deepEqual(
    known?.reviewers.map(({ user, state }) => [user.login, state]),
    [["ada", "changesRequested"]],
  );
});

test("waits for related comments and combines them into one message on a forge without review IDs", async () => {
  const { handle, work, addComment, sessionWithPullRequest, messagesOf } = await conversationFixture(t, {
    name: "gitlab",
    kind: { hasReviewIds: false },
  });
  const session = await sessionWithPullRequest();
  t.clock.set(talkTime);
  const first = addComment(onPullRequest, { kind: "inline", body: "@tembo one", threadId: "a" });
  assert.deepEqual(await work(first), { kind: "later", afterMs: 5000 });
  addComment(onPullRequest, {
    kind: "inline",
    body: "two",
    threadId: "b",
    createdAt: new Date(talkTime.getTime() + 2000),
  });
  addComment(onPullRequest, { body: "unrelated", createdAt: new Date(talkTime.getTime() - 60_000) });
  t.clock.set(new Date(talkTime.getTime() + 5000));
  await handle(first);
  t.clock.set(talkTime);
  const [message, ...others] = await messagesOf(session.id);
  assert.deepEqual([message?.source?.comments.length, others.length], [2, 0]);
  assert.match(message!.content, /1\. one\n\n2\. two/);
});

test("includes the location and the thread's earlier comments for an inline comment", async () => {
  const { handle, addComment, sessionWithPullRequest, messagesOf } = await conversationFixture(t);
  const session = await sessionWithPullRequest();
  const place = { path: "src/a.ts", line: 3, side: "new" as const, diffHunk: "@@ -1 +1 @@\n+const a = 1;" };
  const earlier = new Date(talkTime.getTime() - 1000);
  addComment(onPullRequest, { kind: "inline", threadId: "a", body: "Why one?", place, createdAt: earlier });
  addComment(onPullRequest, {
    kind: "inline",
    threadId: "b",
    body: "Elsewhere",
    place,
    createdAt: earlier,
  });
  await handle(
    addComment(onPullRequest, {
      kind: "inline",
      threadId: "a",
      body: "@tembo answer this",
      place,
      reviewId: "r",
    }),
  );
  const { content, source } = (await messagesOf(session.id)).at(-1)!;
  assert.match(content, /^answer this\n/);
  assert.match(content, /on the file src\/a\.ts, line 3\.\n@@ -1 \+1 @@\n\+const a = 1;/);
  assert.match(content, /ada wrote:\nWhy one\?/);
  assert.ok(!content.includes("Elsewhere"));
  assert.equal(source?.replyTo?.threadId, "a");
});

test("sends a late comment on a review that was already handled as a separate message", async () => {
  const { handle, addComment, sessionWithPullRequest, messagesOf } = await conversationFixture(t);
  const session = await sessionWithPullRequest();
  const [first] = review(addComment, ["@tembo one", "two"]);
  await handle(first!);
  const [late] = review(addComment, ["@tembo three"]);
  await handle(late!);
  const messages = await messagesOf(session.id);
  assert.deepEqual(
    messages.map(({ source }) => source?.comments.length),
    [2, 1],
  );
  assert.match(messages[1]!.content, /^three\n/);
});

test("finds the review and its mention when the event has a different ID and no comments", async () => {
  const { memory, handle, addComment, sessionWithPullRequest, messagesOf } = await conversationFixture(t);
  const session = await sessionWithPullRequest();
  review(addComment, ["one", "@tembo two", "three"]);
  const listed = {
    id: "r1",
    author: aForgeUser("ada"),
    state: "commented" as const,
    body: "",
    url: "https://forge.example/reviews/1",
    submittedAt: talkTime,
  };
  memory.reviews.set(7, [{ ...listed, id: "r0", author: aForgeUser("bo") }, listed]);
  const submittedEvent = {
    ...about,
    type: "review.submitted" as const,
    number: 7,
    review: { ...listed, id: "told-1" },
  };
  assert.equal((await handle(submittedEvent)).sessionId, session.id);
  assert.match((await handle(submittedEvent)).outcome!, /already being handled/);
  const messages = await messagesOf(session.id);
  assert.equal(messages.length, 1);
  for (const word of ["1. one", "2. two", "3. three"])
    assert.ok(messages[0]!.content.includes(word), messages[0]!.content);
});
