import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "../../support/api-edge.ts";
import { startWorld, type World } from "../../support/index.ts";

let world: World;
before(async () => {
  world = await startWorld();
});
after(() => world.close());

test("kill -9 of the server after an attempt was kept: the other one is archived, and its pull request is closed", async () => {
  const { client } = world;
  const repository = await world.repository("kept/app", { "a.txt": "1\n" });
  const { attempts } = await client.session.create({
    prompt: 'Work. SCRIPT(write("one.txt", "1\\n"), say("Done."))',
    repositories: [repository.url],
    attempts: [{}, {}],
  });
  const [kept, other] = attempts!.map(({ id }) => id);
  for (const id of [kept, other]) await world.ended(id!);
  await client.session.keep(kept!);
  await world.tembo.kill();
  await world.restart();
  await eventually(async () => {
    const group = await client.session.attempts(kept!);
    return group.attempts.every(({ state }) => state !== "ending");
  });
  const sessions = await Promise.all([kept, other].map((id) => client.session.retrieve(id!)));
  assert.deepEqual(
    sessions.map(({ archivedAt, artifacts }) => [
      archivedAt !== null,
      artifacts.flatMap(({ pullRequests }) => pullRequests.map(({ status }) => status)),
    ]),
    [
      [false, ["open"]],
      [true, ["closed"]],
    ],
  );
});
