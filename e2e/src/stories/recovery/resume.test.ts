import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { SessionEvent } from "@tembo/contract";
import { API_KEY, ofType, remoteFile, startWorld, type World } from "../../support/index.ts";

let world: World;

before(async () => {
  world = await startWorld();
});
after(async () => {
  await world.close();
});

const HOOKS = JSON.stringify({ setupScript: "echo set up" });

async function workedSession(name: string) {
  const repository = await world.repository(`${name}/app`, { "a.txt": "1\n", ".tembo.json": HOOKS });
  const session = await world.client.session.create({
    prompt: 'Write the first file. SCRIPT(write("one.txt", "1\\n"), say("The first file is there."))',
    repositories: [repository.url],
  });
  await world.ended(session.id);
  return { id: session.id, repository, folder: join(world.dataDir, "sessions", session.id) };
}

/**
 * Sends a second message and waits for its turn to end. Returns the events, and the user messages that the model
 * received during the turn.
 */
async function goOn(id: string) {
  const before = world.model.requests.length;
  await world.client.session.messages.create(id, {
    content:
      'Now the second. SCRIPT(bash("cat one.txt && echo found"), write("two.txt", "2\\n"), say("Both are there."))',
  });
  const events = await world.ended(id, 2);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)?.eventData));
  const sentTexts = JSON.stringify(world.model.requests.slice(before).map(({ userTexts }) => userTexts));
  return { events, sentTexts };
}

async function assertWentOn(id: string, url: string, events: readonly SessionEvent[]): Promise<void> {
  const outputs = ofType(events, "toolCall").map(({ eventData }) => eventData.output ?? "");
  assert.ok(outputs.some((output) => output.includes("found")));
  assert.equal(ofType(events, "pullRequest.opened").length, 1);
  assert.equal(ofType(events, "pullRequest.updated").length, 1);
  const { branchName } = await world.client.session.retrieve(id);
  assert.equal(await remoteFile(url, API_KEY, branchName!, "one.txt"), "1");
  assert.equal(await remoteFile(url, API_KEY, branchName!, "two.txt"), "2");
}

const setUps = (events: readonly SessionEvent[]) => ofType(events, "hook.finished").length;

test("the harness resumes its own conversation after a server restart", async () => {
  const { id, repository } = await workedSession("restart");
  assert.equal(await world.tembo.stop(), 0);
  await world.restart();
  const { events, sentTexts } = await goOn(id);
  await assertWentOn(id, repository.url, events);
  assert.match(sentTexts, /Write the first file/, "the harness resumes its own conversation");
  assert.doesNotMatch(sentTexts, /earlier_work/);
  assert.equal(setUps(events), 1);
});

test("passes a summary of earlier work to a harness that lost its conversation", async () => {
  const { id, repository, folder } = await workedSession("forgotten");
  await rm(join(folder, "home"), { recursive: true });
  const { events, sentTexts } = await goOn(id);
  await assertWentOn(id, repository.url, events);
  assert.match(
    sentTexts,
    /<earlier_work>.*Write the first file.*one\.txt.*The first file is there.*<\/earlier_work>/s,
  );
});

test("recreates a lost session folder from the session's branch, runs setup again, and continues", async () => {
  const { id, repository, folder } = await workedSession("gone");
  await rm(folder, { recursive: true });
  const { events, sentTexts } = await goOn(id);
  await assertWentOn(id, repository.url, events);
  assert.match(sentTexts, /<earlier_work>.*The first file is there/s);
  assert.equal(setUps(events), 2);
});

test("recreates a lost workspace, and preserves the harness's conversation", async () => {
  const { id, repository, folder } = await workedSession("half-gone");
  await rm(join(folder, "workspace"), { recursive: true });
  const { events, sentTexts } = await goOn(id);
  await assertWentOn(id, repository.url, events);
  assert.match(sentTexts, /Write the first file/);
  assert.doesNotMatch(sentTexts, /earlier_work/);
});
