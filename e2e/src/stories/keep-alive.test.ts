import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ofType, sandboxProcesses, startWorld, type World } from "../support/index.ts";

let world: World;

before(async () => {
  world = await startWorld({ env: { TEMBO_KEEP_ALIVE_MINUTES: "10" } });
});
after(async () => {
  await world.close();
});

test("the next message finds the same harness and what it had started, and works at once", async () => {
  const repository = await world.repository("kept/app", { "a.txt": "1\n" });
  const session = await world.client.session.create({
    prompt:
      'Begin. SCRIPT(bash("(setsid tail -f /dev/null > /dev/null 2>&1 & echo $! > /tmp/pid); echo started"), write("one.txt", "1\\n"), say("First."))',
    repositories: [repository.url],
  });
  await world.ended(session.id);
  await world.until(session.id, ({ eventType }) => eventType === "sandbox.kept");
  const before = await sandboxProcesses(world.uidBase);
  assert.notDeepEqual(before, []);
  await world.client.session.messages.create(session.id, {
    content:
      'Go on. SCRIPT(bash("kill -0 $(cat /tmp/pid) && echo it still runs"), write("two.txt", "2\\n"), say("Second."))',
  });
  const events = await world.ended(session.id, 2);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)?.eventData));
  const outputs = ofType(events, "toolCall").map(({ eventData }) => String(eventData.output));
  assert.ok(outputs.some((output) => output.includes("it still runs")));
});
