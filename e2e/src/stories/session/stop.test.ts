import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { endings, processesWith, sandboxProcesses, startWorld, type World } from "../../support/index.ts";

let world: World;

before(async () => {
  world = await startWorld({ env: { TEMBO_WORKER_CONCURRENCY: "1" } });
});
after(async () => {
  await world.close();
});

/** Stops a session and waits for its turn to end. */
async function stop(sessionId: string) {
  const result = await world.client.session.stop(sessionId);
  const events = await world.ended(sessionId);
  assert.equal(endings(events)[0]?.eventType, "turn.cancelled");
  assert.equal((await world.client.session.retrieve(sessionId)).state.current, "cancelled");
  assert.deepEqual(await processesWith(sessionId), []);
  return result;
}

test("cancels the turn of a queued session before it begins", async () => {
  const busy = await world.client.session.create({ prompt: "Be busy. SCRIPT(sleepTool(60))" });
  await world.until(busy.id, ({ eventType }) => eventType === "toolCall");
  const queued = await world.client.session.create({ prompt: 'Wait. SCRIPT(say("never"))' });
  const result = await stop(queued.id);
  assert.equal(result.cancelledJobs, 1);
  await stop(busy.id);
  assert.deepEqual(await sandboxProcesses(world.uidBase), []);
});

test("stops a turn while its workspace is being prepared", async () => {
  const repository = await world.repository("stop/app", { "a.txt": "1\n" });
  const session = await world.client.session.create({
    prompt: "Go. SCRIPT(sleepTool(60))",
    repositories: [repository.url],
  });
  await world.until(
    session.id,
    ({ eventData }) => eventData.type === "turn.step" && eventData.step === "provision",
  );
  await stop(session.id);
});

test("leaves no processes behind when it stops a turn that is running a tool", async () => {
  const session = await world.client.session.create({
    prompt:
      'Go. SCRIPT(bash("(setsid nohup tail -f /dev/null >/dev/null 2>&1 &) ; timeout 60 tail -f /dev/null"))',
  });
  await world.until(session.id, ({ eventType }) => eventType === "toolCall");
  const result = await stop(session.id);
  assert.equal(result.interruptedRuntimeTurns, 1);
  assert.deepEqual(await sandboxProcesses(world.uidBase), []);
});

test("stops a turn while the model is streaming", async () => {
  const session = await world.client.session.create({ prompt: "Go. SCRIPT(endless)" });
  await world.until(session.id, ({ eventType }) => eventType === "text");
  await stop(session.id);
});

test("stops a turn while its work is being published", async () => {
  const repository = await world.repository("stop-publish/app", {
    "a.txt": "1\n",
    ".tembo.json": '{"prePush":"sleep 60"}',
  });
  const session = await world.client.session.create({
    prompt: 'Go. SCRIPT(write("b.txt", "2\\n"), say("Done."))',
    repositories: [repository.url],
  });
  await world.until(
    session.id,
    ({ eventData }) => eventData.type === "turn.step" && eventData.step === "prePush",
  );
  await stop(session.id);
});

test("continues a stopped session with the next message in the same workspace", async () => {
  const repository = await world.repository("stop-again/app", { "a.txt": "1\n" });
  const session = await world.client.session.create({
    prompt: 'Go. SCRIPT(write("kept.txt", "kept\\n"), sleepTool(60))',
    repositories: [repository.url],
  });
  await world.until(
    session.id,
    ({ eventData }) =>
      eventData.type === "toolCall" && eventData.kind === "execute" && eventData.status !== "completed",
  );
  await stop(session.id);
  await world.client.session.messages.create(session.id, {
    content: 'Finish. SCRIPT(bash("cat kept.txt"), say("Finished."))',
  });
  const events = await world.ended(session.id, 2);
  assert.equal(endings(events)[1]?.eventType, "turn.completed");
  assert.equal(events.filter(({ eventType }) => eventType === "pullRequest.opened").length, 1);
});

test("stopping a session that is not running changes nothing", async () => {
  const session = await world.client.session.create({ prompt: 'Say. SCRIPT(say("Said."))' });
  await world.ended(session.id);
  const result = await world.client.session.stop(session.id);
  assert.equal(result.cancelledSessions, 0);
  assert.equal((await world.client.session.retrieve(session.id)).state.current, "completed");
});
