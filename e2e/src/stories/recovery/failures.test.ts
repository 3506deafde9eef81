import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { SessionEvent } from "@tembo/contract";
import {
  API_KEY,
  assertSeamless,
  dataOf,
  ofType,
  pushFiles,
  remoteFile,
  remoteHead,
  startWorld,
  type World,
} from "../../support/index.ts";

let world: World;

before(async () => {
  world = await startWorld({ env: { TEMBO_TURN_LIMIT_MINUTES: "0.5" } });
});
after(async () => {
  await world.close();
});

async function run(
  prompt: string,
  repositoryUrl: string,
): Promise<{ events: SessionEvent[]; branch: string; id: string }> {
  const session = await world.client.session.create({ prompt, repositories: [repositoryUrl] });
  const events = await world.ended(session.id);
  assertSeamless(events);
  const { branchName } = await world.client.session.retrieve(session.id);
  return { events, branch: branchName!, id: session.id };
}

/** Returns the error message of a failed turn. */
const failureOf = (events: readonly SessionEvent[]) => dataOf(events.at(-1), "turn.failed").error.message;

test("retries after a temporary 429 from the model", async () => {
  const repository = await world.repository("m429/app", { "a.txt": "1\n" });
  const { events } = await run(
    'Go. SCRIPT(fail(429, 1), write("b.txt", "2\\n"), say("Done."))',
    repository.url,
  );
  assert.equal(events.at(-1)?.eventType, "turn.completed");
});

test("fails the turn with the error of a model that keeps failing, and keeps the work on the branch", async () => {
  const repository = await world.repository("m500/app", { "a.txt": "1\n" });
  const { events, branch } = await run('Go. SCRIPT(write("b.txt", "2\\n"), fail(500))', repository.url);
  assert.match(failureOf(events), /500/);
  assert.match(failureOf(events), new RegExp(`The work so far is on app: ${branch}`));
  assert.equal(await remoteFile(repository.url, API_KEY, branch, "b.txt"), "2");
  assert.equal(ofType(events, "pullRequest.opened").length, 0);
});

test("stops an endless response at the time limit, and keeps the work on the branch", async () => {
  const repository = await world.repository("endless/app", { "a.txt": "1\n" });
  const { events, branch } = await run('Go. SCRIPT(write("b.txt", "2\\n"), endless)', repository.url);
  assert.match(failureOf(events), /time limit/);
  assert.equal(await remoteFile(repository.url, API_KEY, branch, "b.txt"), "2");
});

test("fails the turn if the harness crashes, and keeps the work on the branch", async () => {
  const repository = await world.repository("crash/app", { "a.txt": "1\n" });
  const { events, branch } = await run(
    'Go. SCRIPT(write("b.txt", "2\\n"), bash("kill -9 -1"), say("never"))',
    repository.url,
  );
  assert.match(failureOf(events), /Claude Code|harness/i);
  assert.equal(await remoteFile(repository.url, API_KEY, branch, "b.txt"), "2");
});

test("fails the turn if the target branch does not exist, and names the branch", async () => {
  const repository = await world.repository("nobase/app", { "a.txt": "1\n" });
  const session = await world.client.session.create({
    prompt: 'Go. SCRIPT(say("never"))',
    repositories: [repository.url],
    targetBranch: "release/9",
  });
  assert.match(failureOf(await world.ended(session.id)), /release\/9/);
});

test("merges commits that were pushed to the branch during the turn", async () => {
  const repository = await world.repository("moved/app", { "a.txt": "1\n" });
  const session = await world.client.session.create({
    prompt: 'Go. SCRIPT(write("mine.txt", "mine\\n"), sleepTool(3), say("Done."))',
    repositories: [repository.url],
    branchName: "shared",
  });
  await world.until(session.id, ({ eventType }) => eventType === "toolCall");
  await pushFiles(repository.url, API_KEY, "shared", { "theirs.txt": "theirs\n" });
  const events = await world.ended(session.id);
  assert.equal(events.at(-1)?.eventType, "turn.completed");
  assert.equal(await remoteFile(repository.url, API_KEY, "shared", "mine.txt"), "mine");
  assert.equal(await remoteFile(repository.url, API_KEY, "shared", "theirs.txt"), "theirs");
});

test("leaves conflicting commits on the branch, and pushes its own to a rescue branch", async () => {
  const repository = await world.repository("conflict/app", { "a.txt": "1\n" });
  const session = await world.client.session.create({
    prompt: 'Go. SCRIPT(write("same.txt", "mine\\n"), sleepTool(3), say("Done."))',
    repositories: [repository.url],
    branchName: "shared",
  });
  await world.until(session.id, ({ eventType }) => eventType === "toolCall");
  const pushedSha = await pushFiles(repository.url, API_KEY, "shared", { "same.txt": "theirs\n" });
  const sentence = failureOf(await world.ended(session.id));
  assert.equal(await remoteHead(repository.url, API_KEY, "shared"), pushedSha);
  const rescued = /app: (shared-rescued-[0-9a-f]{8})/.exec(sentence)?.[1];
  assert.ok(rescued, sentence);
  assert.equal(await remoteFile(repository.url, API_KEY, rescued, "same.txt"), "mine");
});

test("continues a failed session with the next message", async () => {
  const repository = await world.repository("again/app", { "a.txt": "1\n" });
  const { id } = await run("Go. SCRIPT(fail(500))", repository.url);
  await world.client.session.messages.create(id, {
    content: 'Again. SCRIPT(write("b.txt", "2\\n"), say("Done."))',
  });
  const events = await world.ended(id, 2);
  assert.equal(events.at(-1)?.eventType, "turn.completed");
  assert.equal(ofType(events, "pullRequest.opened").length, 1);
});
