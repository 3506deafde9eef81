import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { API_KEY, ofType, remoteFile, startWorld, type World } from "../../support/index.ts";

let world: World;

before(async () => {
  world = await startWorld();
});
after(async () => {
  await world.close();
});

test("hands a session to another harness with a summary, and back to the first harness with its own memory", async () => {
  const repository = await world.repository("handover/app", { "a.txt": "1\n" });
  const { id } = await world.client.session.create({
    prompt: 'Write the first file. SCRIPT(write("one.txt", "1\\n"), say("The first file is there."))',
    agent: "claudeCode:claude-opus-4-5",
    repositories: [repository.url],
  });
  await world.ended(id);

  const work = async (turn: number, agent: string, content: string) => {
    const before = world.model.requests.length;
    await world.client.session.messages.create(id, { content, agent });
    const events = await world.ended(id, turn);
    assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)?.eventData));
    return JSON.stringify(world.model.requests.slice(before).map(({ userTexts }) => userTexts));
  };
  const byCodex = await work(
    2,
    "codex:gpt-5.5",
    'Now the second. SCRIPT(bash("cat one.txt > two.txt"), say("The second file is there."))',
  );
  assert.match(byCodex, /<earlier_work>.*Write the first file.*The first file is there.*<\/earlier_work>/s);
  const byClaude = await work(
    3,
    "claudeCode:claude-opus-4-5",
    'And the third. SCRIPT(bash("cat two.txt > three.txt"), say("The third file is there."))',
  );
  const block = /<earlier_work>.*?<\/earlier_work>/s.exec(byClaude)?.[0] ?? "";
  assert.match(block, /Now the second.*The second file is there/s);
  assert.doesNotMatch(block, /Write the first file/, "the summary excludes the harness's own part");
  assert.match(byClaude, /Write the first file/);

  const { branchName } = await world.client.session.retrieve(id);
  for (const file of ["one.txt", "two.txt", "three.txt"])
    assert.equal(await remoteFile(repository.url, API_KEY, branchName!, file), "1");
  const events = await world.events(id);
  assert.equal(ofType(events, "pullRequest.opened").length, 1);
});
