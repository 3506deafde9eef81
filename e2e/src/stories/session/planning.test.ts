import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { API_KEY, ofType, remoteFile, remoteHead, startWorld, type World } from "../../support/index.ts";
import { resultsOf } from "../../support/tool-results.ts";

let world: World;

before(async () => {
  world = await startWorld();
});
after(async () => {
  await world.close();
});

const FILES = {
  "a.txt": "1\n",
  ".gitignore": "setup.out\n",
  ".tembo.json": JSON.stringify({ setupScript: "echo prepared > setup.out" }),
};
const TRY = `SCRIPT(bash("cat setup.out; echo 2 > a.txt; echo 3 > b.txt; rm a.txt; echo exit $?"), bash("echo x > $HOME/note && echo x > /tmp/note && cat $HOME/note /tmp/note && echo kept"), bash("git commit --allow-empty -m no; echo exit $?"), say("Here is the plan."))`;

test("plan mode leaves the workspace unchanged across turns, whatever the agent attempts", async () => {
  const repository = await world.repository("plan/app", FILES);
  const session = await world.client.session.create({
    prompt: `Plan. ${TRY}`,
    repositories: [repository.url],
    agentOptions: { mode: "planning" },
  });
  const events = await world.ended(session.id);
  assert.equal(events.at(-1)?.eventType, "turn.completed");
  const [writes, elsewhere, commit] = resultsOf(events);
  assert.match(writes!, /prepared/, "the setup script can write to the workspace");
  assert.equal(writes!.match(/Read-only file system/g)?.length, 3, writes);
  assert.match(elsewhere!, /kept/, "HOME and /tmp are writable");
  assert.match(commit!, /Read-only file system/);

  const shown = await world.client.session.retrieve(session.id);
  assert.equal(shown.mode, "planning");
  assert.deepEqual(
    shown.artifacts.map(({ type }) => type),
    ["Plan"],
    "opens no pull request",
  );
  assert.deepEqual(ofType(events, "commit.created"), []);
  assert.equal(await remoteHead(repository.url, API_KEY, shown.branchName!), null);

  await world.client.session.messages.create(session.id, { content: `Now do it. ${TRY}` });
  const followed = await world.ended(session.id, 2);
  assert.equal(followed.at(-1)?.eventType, "turn.completed");
  assert.match(resultsOf(followed)[3]!, /Read-only file system/);
  assert.deepEqual(ofType(followed, "branch.pushed"), []);
});

test("control: without plan mode, the same message changes the workspace", async () => {
  const repository = await world.repository("work/app", FILES);
  const session = await world.client.session.create({
    prompt: `Work. ${TRY}`,
    repositories: [repository.url],
  });
  const events = await world.ended(session.id);
  assert.equal(events.at(-1)?.eventType, "turn.completed");
  assert.doesNotMatch(resultsOf(events).join("\n"), /Read-only file system/);
  const { mode, branchName } = await world.client.session.retrieve(session.id);
  assert.equal(mode, "normal");
  assert.equal(await remoteFile(repository.url, API_KEY, branchName!, "b.txt"), "3");
});
