import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import Tembo from "@tembo-io/sdk";
import { API_KEY, ofType, remoteFile, startWorld, type World } from "../../support/index.ts";

let world: World;
before(async () => {
  world = await startWorld({ env: { TEMBO_KEEP_ALIVE_MINUTES: "10" } });
});
after(() => world.close());

const listed = async (query: Parameters<World["client"]["sessions"]["list"]>[0]) =>
  (await world.client.sessions.list(query)).items.map(({ id }) => id);

test("archives a session, lists it only with the filter, and continues it after it is restored", async () => {
  const repository = await world.repository("archive/app", { "a.txt": "1\n" });
  const { id } = await world.client.session.create({
    prompt: 'Count the walruses. SCRIPT(write("one.txt", "one\\n"), sleepTool(1), say("One."))',
    repositories: [repository.url],
  });
  await assert.rejects(world.client.sessions.update(id, { archived: true }), Tembo.ConflictError);
  await world.ended(id);
  await world.until(id, ({ eventType }) => eventType === "sandbox.kept");

  const { archivedAt, branchName } = await world.client.sessions.update(id, { archived: true });
  assert.notEqual(archivedAt, null);
  await world.until(id, ({ eventType }) => eventType === "sandbox.stopped");
  for (const search of [{}, { search: "walruses" }]) {
    assert.deepEqual(await listed({ ...search, state: "active" }), []);
    assert.deepEqual(await listed({ ...search, includeArchived: false }), []);
    assert.deepEqual(await listed({ ...search, state: "archived" }), [id]);
    assert.deepEqual(await listed(search), [id]);
  }

  await world.client.sessions.update(id, { archived: false });
  assert.deepEqual(await listed({ state: "active" }), [id]);
  await world.client.session.messages.create(id, {
    content: 'Continue. SCRIPT(bash("cat one.txt"), write("two.txt", "two\\n"), say("Two."))',
  });
  const events = await world.ended(id, 2);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
  assert.equal(ofType(events, "pullRequest.opened").length, 1, "continues the pull request");
  for (const name of ["one", "two"])
    assert.equal(await remoteFile(repository.url, API_KEY, branchName!, `${name}.txt`), name);

  await world.client.sessions.update(id, { archived: true });
  await world.client.session.messages.create(id, { content: 'Once more. SCRIPT(say("Three."))' });
  const all = await world.ended(id, 3);
  assert.equal((await world.client.sessions.retrieve(id)).archivedAt, null, "the message restored it");
  assert.deepEqual(await listed({ state: "active" }), [id]);
  const changes = all.map(({ eventType }) => eventType).filter((type) => /^session\..*archived$/.test(type));
  assert.deepEqual(changes, [
    ...["session.archived", "session.unarchived"],
    ...["session.archived", "session.unarchived"],
  ]);
});
