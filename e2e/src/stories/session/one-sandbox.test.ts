import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { leftoversOf, startWorld, type World } from "../../support/index.ts";
import { eventually } from "../../support/prepared.ts";
import { resultsOf } from "../../support/tool-results.ts";

let world: World;

before(async () => {
  world = await startWorld({ env: { TEMBO_KEEP_ALIVE_MINUTES: "0" } });
});
after(() => world.close());

/** Files in /tmp disappear with their sandbox. */
const look = "cat /tmp/setup 2>&1; touch /tmp/turn";

async function repositoryWith(name: string, setupScript: string) {
  return world.repository(`${name}/app`, { ".tembo.json": JSON.stringify({ setupScript }) });
}

test("runs setupScript and the harness in one sandbox, which ends with the turn", async () => {
  const repository = await repositoryWith("one", "echo of setupScript > /tmp/setup");
  const { id } = await world.client.session.create({
    prompt: `Look. SCRIPT(bash(${JSON.stringify(look)}), say("Done."))`,
    repositories: [repository.url],
  });
  const events = await world.ended(id);
  assert.match(resultsOf(events).join("\n"), /of setupScript/);
  await eventually(async () => (await leftoversOf(world)).length === 0, "the sandbox has ended");
  await world.client.session.messages.create(id, {
    content: `Look. SCRIPT(bash(${JSON.stringify("ls /tmp/turn 2>&1")}), say("Done."))`,
  });
  const later = await world.ended(id, 2);
  assert.match(resultsOf(later).join("\n"), /No such file/, "control: the next turn has another sandbox");
});

test("ends the sandbox of setupScript if the turn is stopped there", async () => {
  const repository = await repositoryWith("stopped", "echo begun; tail -f /dev/null");
  const { id } = await world.client.session.create({
    prompt: 'Look. SCRIPT(say("Done."))',
    repositories: [repository.url],
  });
  await world.until(
    id,
    ({ eventType, eventData }) => eventType === "turn.step" && JSON.stringify(eventData).includes("setUp"),
  );
  await world.client.session.stop(id);
  await world.ended(id);
  await eventually(async () => (await leftoversOf(world)).length === 0, "the sandbox has ended");
});
