import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { cronerCron } from "../../../cron/croner-cron.ts";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";
import { createAgent } from "../agent/create-agent.ts";
import { instructionsOf } from "../agent/instructions-text.ts";
import { conversationFixture, onIssue, onPullRequest } from "./testing/conversation-fixture.ts";
import { conversationPorts } from "./testing/conversation-ports.ts";
import { memoryForge } from "./testing/memory-forge.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
  const { ports } = conversationPorts(t, memoryForge({}).forge, { cron: cronerCron });
  await createAgent(
    ports,
    { organizationId: t.organizationId, authorId: null },
    {
      name: "Reviewer",
      key: "review",
      instructions: instructionsOf("Review what changed."),
      agent: "claudeCode:claude-haiku-4-5",
      sandboxSize: "large",
    },
    { triggers: [], crons: [] },
  );
});
after(() => t.drop());

test("starts a session when a comment on an issue calls an agent, and includes the rest of the comment", async () => {
  const { handle, addComment, messagesOf, repository } = await conversationFixture(t);
  const { sessionId, outcome } = await handle(addComment(onIssue, { body: "@tembo !review only the tests" }));
  assert.equal(outcome, "A session was started.");
  const session = await t.store.sessions.get(sessionId!);
  assert.deepEqual([session.model, session.sandboxSize], ["claude-haiku-4-5", "large"]);
  assert.deepEqual(
    (await t.store.sessions.repositories(session.id)).map(({ repositoryId }) => repositoryId),
    [repository.id],
  );
  const [message] = await messagesOf(session.id);
  assert.match(
    message!.content,
    /^Review what changed\.\n\nThe person who called this agent added:\n\nonly the tests\n\nIf this is only a question.*<forge-context>\nIssue #12/s,
  );
});

test("sends an agent's instructions to the existing session of a pull request", async () => {
  const { handle, addComment, messagesOf, sessionWithPullRequest } = await conversationFixture(t);
  const session = await sessionWithPullRequest();
  const handled = await handle(addComment(onPullRequest, { body: "@tembo !review" }));
  assert.deepEqual(handled, { outcome: "The session received a message.", sessionId: session.id });
  const message = (await messagesOf(session.id)).at(-1)!;
  assert.match(message.content, /^Review what changed\.\n\nIf this is only a question/);
  assert.equal(message.agent?.model, "claude-haiku-4-5");
});
