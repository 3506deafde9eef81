import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";
import { conversationFixture, onPullRequest } from "./testing/conversation-fixture.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const setVisibility = (id: string, visibility: "private" | "public") =>
  t.store.sessionChanges.update(id, { visibility }, t.clock.now());

test("refuses a comment on a private session's pull request and notifies its owner once", async () => {
  const { memory, handle, addComment, sessionWithPullRequest, messagesOf, enqueued } =
    await conversationFixture(t);
  const session = await sessionWithPullRequest();
  await setVisibility(session.id, "private");
  const event = addComment(onPullRequest, { body: "@tembo what was the codeword?" });
  for (let time = 0; time < 2; time++)
    assert.match((await handle(event)).outcome!, /^Refused: A private session is working on this/);
  assert.deepEqual(await messagesOf(session.id), []);
  assert.equal(enqueued.length, 0);
  assert.equal(memory.written.length, 1);
  assert.doesNotMatch(memory.written[0]!.body, /codeword/);
  const notices = (await t.store.events.list(session.id, { afterSeq: 0, limit: 100 })).flatMap(({ data }) =>
    data.type === "notice" ? [data.message] : [],
  );
  assert.equal(notices.length, 1);
  assert.ok(notices[0]!.includes(event.comment.url));

  await setVisibility(session.id, "public");
  const control = await handle(addComment(onPullRequest, { body: "@tembo what was the codeword?" }));
  assert.deepEqual(control, { outcome: "The session received a message.", sessionId: session.id });
});
