import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { API_KEY, ofType, remoteFile, startWorld, type World } from "../../support/index.ts";
import { makeOwnAgent } from "../../support/programs/own-agent.ts";

let agent: Awaited<ReturnType<typeof makeOwnAgent>>;
let world: World;

before(async () => {
  agent = await makeOwnAgent(`
    write("own.txt", process.env.OWN_MODEL + "\\n");
    say("Written for " + process.argv[2] + ".");
  `);
  world = await startWorld({ prepare: agent.prepare });
});
after(async () => {
  await world.close();
  await agent[Symbol.asyncDispose]();
});

test("runs a session with an agent from harnesses.json, and opens a pull request", async () => {
  const repository = await world.repository("own/app", { "a.txt": "1\n" });
  const session = await world.client.session.create({
    prompt: "Write.",
    agent: "own:small",
    repositories: [repository.url],
  });
  const events = await world.ended(session.id);
  assert.equal(events.at(-1)?.eventType, "turn.completed");
  assert.match(JSON.stringify(ofType(events, "text")), /Written for small/);
  const { branchName } = await world.client.session.retrieve(session.id);
  assert.match(
    await remoteFile(repository.url, API_KEY, branchName!, "own.txt"),
    /^small at http:\/\/127\.0\.0\.1:\d+$/,
  );
});
