import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";
import { AppError, newId } from "../../base/index.ts";
import { conversationFixture, onPullRequest, talkTime } from "./testing/conversation-fixture.ts";
import { aForgePullRequest, aForgeUser, ourAccount } from "./testing/memory-forge.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

test("refuses a person without push access, and replies to each such person once", async () => {
  const { memory, handle, enqueued, addComment } = await conversationFixture(t);
  const eve = { author: aForgeUser("eve") };
  const first = await handle(addComment(onPullRequest, eve));
  await handle(addComment(onPullRequest, eve));
  assert.match(first.outcome!, /^Refused: Only people who can push to acme\//);
  assert.equal(memory.written.length, 1);
  assert.deepEqual(
    memory.reactions.map((reaction) => reaction.split(" ")[0]),
    ["refused", "refused"],
  );
  assert.equal(enqueued.length, 0);
  await handle(addComment(onPullRequest, { author: aForgeUser("mallory") }));
  assert.equal(memory.written.length, 2);
});

test("refuses a mention on a pull request from a fork, regardless of the author", async () => {
  const { memory, handle, enqueued, addComment } = await conversationFixture(t);
  memory.pullRequests.set(7, aForgePullRequest({ isFromFork: true }));
  const { outcome } = await handle(addComment(onPullRequest));
  assert.match(outcome!, /comes from a fork/);
  assert.equal(enqueued.length, 0);
});

test("ignores comments by Tembo's account, by bots or older than a day, and posts no comment or reaction", async () => {
  const { memory, handle, enqueued, addComment } = await conversationFixture(t);
  memory.writers.add(ourAccount.login).add("robot");
  const own = await handle(addComment(onPullRequest, { author: ourAccount }));
  const bot = await handle(addComment(onPullRequest, { author: aForgeUser("robot", { isBot: true }) }));
  const old = await handle({ ...addComment(onPullRequest), at: new Date(talkTime.getTime() - 86_400_001) });
  assert.match(own.outcome!, /ignores its own comments/);
  assert.match(bot.outcome!, /ignores bots/);
  assert.match(old.outcome!, /^Stale/);
  assert.deepEqual([memory.written, memory.reactions, enqueued], [[], [], []]);
});

test("ignores a comment without a mention and sends no request to the forge", async () => {
  const { memory, handle, addComment } = await conversationFixture(t);
  memory.failing.set("canWrite", new Error("asked"));
  assert.deepEqual(await handle(addComment(onPullRequest, { body: "> @tembo\n\nno" })), {
    outcome: null,
    sessionId: null,
  });
});

test("refuses a mention in a disabled or archived repository", async () => {
  const disabled = await conversationFixture(t, { repository: { enabledAt: null } });
  assert.match((await disabled.handle(disabled.addComment(onPullRequest))).outcome!, /not enabled/);
  const archived = await conversationFixture(t, { repository: { isArchived: true } });
  assert.match((await archived.handle(archived.addComment(onPullRequest))).outcome!, /archived/);
});

test("replies once when the mentioned agent does not exist", async () => {
  const { memory, handle, enqueued, addComment } = await conversationFixture(t);
  const event = addComment(onPullRequest, { body: "@tembo !nightly run" });
  const { outcome } = await handle(event);
  await handle(event);
  assert.match(outcome!, /No agent has the key "nightly"/);
  assert.match(memory.written[0]!.body, /^No agent has the key "nightly"\. No agent can be called yet/);
  assert.deepEqual([memory.written.length, enqueued.length], [1, 0]);
});

test("posts an acknowledgement once in the comment's thread when the forge has no reactions", async () => {
  const { memory, handle, addComment } = await conversationFixture(t, {
    name: "bitbucket",
    kind: { mentionPrefixes: ["/", "@"], hasReviewIds: false },
    canReact: false,
  });
  t.clock.set(new Date(talkTime.getTime() + 60_000));
  const event = addComment(onPullRequest, { body: "/tembo do it", kind: "inline", threadId: "t" });
  const delivery = newId();
  await handle(event, delivery);
  await handle(event, delivery);
  t.clock.set(talkTime);
  assert.equal(memory.written.length, 1);
  assert.match(memory.written[0]!.body, /^On it\.\n\n\[\/\/\]: # \(tembo:seen:[0-9a-f-]+\)\n$/);
  assert.equal(memory.written[0]!.at, `pullRequest:7 below ${event.comment.id}`);
});

test("starts the turn even if the forge rejects the reaction", async () => {
  const { memory, handle, enqueued, warnings, addComment } = await conversationFixture(t);
  memory.failing.set("react", new AppError("forge_failed", "No permission to react."));
  await handle(addComment(onPullRequest));
  assert.equal(enqueued.length, 1);
  assert.ok(warnings.length > 0);
});

test("reports in the thread why a session cannot be created", async () => {
  const { memory, handle, addComment } = await conversationFixture(t);
  memory.pullRequests.set(7, aForgePullRequest({ head: "main" }));
  const { outcome, sessionId } = await handle(addComment(onPullRequest));
  assert.match(outcome!, /is the target branch of/);
  assert.equal(sessionId, null);
  assert.equal(memory.written.length, 1);
});
