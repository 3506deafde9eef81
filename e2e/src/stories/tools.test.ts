import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { steps } from "../scripted-model/server.ts";
import { ofType, startWorld, type World } from "../support/index.ts";
import { resultsOf } from "../support/tool-results.ts";

let world: World;
before(async () => {
  world = await startWorld();
});
after(() => world.close());

async function run(
  prompt: string,
  script: Parameters<World["model"]["script"]>[1],
  repositories: string[] = [],
) {
  world.model.script(prompt, script);
  const session = await world.client.session.create({ prompt, repositories });
  const events = await world.ended(session.id);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
  return { session, events };
}

test("the harness calls the session's own tools over MCP", async () => {
  const { session, events } = await run("Name the session.", [
    steps.mcp("tembo", "set_title", { title: "Named by its agent" }),
    steps.say("Named."),
  ]);
  assert.deepEqual(
    ofType(events, "tool.called").map(({ eventData }) => [eventData.tool, eventData.status]),
    [["set_title", "completed"]],
  );
  assert.equal((await world.client.session.retrieve(session.id)).title, "Named by its agent");
});

test("the same tools are a command in the sandbox's shell", async () => {
  const { session, events } = await run("Name it from the shell.", [
    steps.bash("tembo --help; tembo set-title Named by a command; tembo set-title; tembo nonsense"),
    steps.say("Named."),
  ]);
  const [said] = resultsOf(events);
  assert.match(said!, /tembo pull-request create/);
  assert.match(said!, /Named by a command/);
  assert.match(said!, /There is no command .*tembo nonsense/);
  assert.equal((await world.client.session.retrieve(session.id)).title, "Named by a command");
});
