import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openScene, type Scene } from "../../../testing/scene.ts";
import { aPullRequest } from "../../../testing/test-store.ts";
import { aForgeComment, memoryForge, threadKey } from "../../automation/conversation/testing/memory-forge.ts";
import { AppError, newId } from "../../base/index.ts";
import { nextSteering } from "../../turns/conversation/steering.ts";
import type { Sandbox } from "../../turns/sandbox/sandbox.ts";
import { sendMessage } from "../queue/send-message.ts";

const memory = memoryForge({ name: "local" });
let scene: Scene;
before(async () => {
  scene = await openScene({ forges: { local: { name: "local", connect: () => memory.forge } } });
});
after(() => scene.drop());

/** Creates a session with a running turn and a pull request that has one inline comment. */
async function setUp() {
  const { t, ports } = scene;
  const { organizationId } = t;
  const context = await scene.working();
  const { id: repositoryId } = await t.addRepository();
  const { id: sessionId } = context.session;
  const pullRequest = aPullRequest({ organizationId, sessionId, repositoryId });
  await t.store.pullRequests.save(context.lease, pullRequest);
  const comment = aForgeComment({ kind: "inline", threadId: "t" });
  const thread = { kind: "pullRequest", number: pullRequest.number } as const;
  memory.threads.set(threadKey(thread), [comment]);
  const threads = { pullRequestId: pullRequest.id, commentIds: [comment.id] };
  const send = (change: { readonly messageId?: string; readonly deliveryMode?: "steer" }) =>
    sendMessage(ports, organizationId, { sessionId, content: "Fix it.", threads, ...change });
  return { context, comment, send, removeComment: () => memory.threads.set(threadKey(thread), []) };
}

test("returns the existing message on a retry, although the comment is gone and the forge fails", async (t) => {
  const { send, removeComment } = await setUp();
  const messageId = newId();
  const { message } = await send({ messageId });
  removeComment();
  await assert.rejects(send({ messageId: newId() }), { code: "not_found" }, "control");
  memory.failing.set("listComments", new AppError("forge_failed", "The forge does not respond."));
  t.after(() => memory.failing.clear());
  assert.equal((await send({ messageId })).message.id, message.id);
  await assert.rejects(send({ messageId: newId() }), { code: "forge_failed" }, "control");
  assert.equal((await scene.t.store.assignedThreads.ofMessage(messageId)).length, 1);
});

test("lists the threads of a steering message in its prompt, and assigns them to the running turn", async () => {
  const { context, comment, send } = await setUp();
  await send({ deliveryMode: "steer" });
  const prompt = await nextSteering(context, {} as Sandbox, "endTurn");
  const text = prompt?.blocks.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("\n");
  assert.match(String(text), new RegExp(`1\\. inline-${comment.id} `));
  const assigned = await scene.t.store.assignedThreads.ofTurn(context.lease);
  assert.deepEqual(
    assigned.map(({ threadId }) => threadId),
    ["t"],
  );
});
