import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import Tembo from "@tembo-io/sdk";
import {
  API_KEY,
  ofType,
  processesWith,
  remoteFile,
  remoteHead,
  sandboxProcesses,
  startWorld,
  type World,
} from "../../support/index.ts";
import { resultsOf } from "../../support/tool-results.ts";
import { until } from "../../talking/until.ts";

let world: World;
before(async () => {
  world = await startWorld();
});
after(() => world.close());

/** Starts a session that has pushed `pushed.txt` and is still running. Only its workspace contains `unpushed.txt`. */
async function aRunningSession(path: string) {
  const repository = await world.repository(path, { "a.txt": "1\n" });
  const session = await world.client.session.create({
    prompt: 'Go. SCRIPT(write("pushed.txt", "pushed\\n"), say("Pushed."))',
    repositories: [repository.url],
  });
  await world.ended(session.id);
  await world.client.session.messages.create(session.id, {
    content: 'On. SCRIPT(write("unpushed.txt", "x\\n"), sleepTool(590))',
  });
  await world.until(
    session.id,
    ({ eventData }) =>
      eventData.type === "toolCall" && eventData.kind === "execute" && eventData.status !== "completed",
  );
  return { repository, session };
}

test("forks a running session from its pushed work, and leaves the original running", async () => {
  const { repository, session } = await aRunningSession("fork/app");
  const fork = await world.client.session.fork(session.id, {
    prompt: 'Look. SCRIPT(bash("ls; cat pushed.txt"), write("forked.txt", "f\\n"), say("Looked."))',
    queueRightAway: true,
  });
  const events = await world.ended(fork.id);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
  const seen = resultsOf(events).join("\n");
  assert.match(seen, /pushed\.txt/);
  assert.doesNotMatch(seen, /unpushed\.txt/);
  assert.equal(await remoteFile(repository.url, API_KEY, fork.branchName!, "forked.txt"), "f");
  const parent = await world.client.session.retrieve(session.id);
  assert.equal(parent.state.current, "inProgress");
  assert.notEqual(fork.branchName, parent.branchName);
  await world.client.session.stop(session.id);
  await world.ended(session.id, 2);
  assert.equal(ofType(await world.events(session.id), "turn.cancelled").length, 1);
});

test("deletes a running session with its sandbox, and leaves only pushed work", async () => {
  const { repository, session } = await aRunningSession("delete/app");
  const folder = join(world.dataDir, "sessions", session.id);
  assert.ok(
    existsSync(folder) && (await sandboxProcesses(world.uidBase)).length > 0,
    "the sandbox is running",
  );
  const { branchName } = await world.client.session.retrieve(session.id);
  assert.deepEqual(await world.client.session.delete(session.id), { id: session.id, deleted: true });
  await assert.rejects(world.client.session.retrieve(session.id), Tembo.NotFoundError);
  await assert.rejects(world.client.session.fork(session.id), Tembo.NotFoundError);
  await until(
    "the end of the sandbox's processes",
    async () => (await sandboxProcesses(world.uidBase)).length === 0,
  );
  await until("the deletion of the session's folder", async () => !existsSync(folder));
  await until(
    "the end of the session's other processes",
    async () => (await processesWith(session.id)).length === 0,
  );
  assert.equal(await remoteFile(repository.url, API_KEY, branchName!, "pushed.txt"), "pushed");
  assert.notEqual(await remoteHead(repository.url, API_KEY, branchName!), null);
  // A worker whose disk still contains the folder removes it when it starts.
  await world.tembo.stop();
  await mkdir(join(folder, "workspace"), { recursive: true });
  await world.restart();
  await until("the deletion of the folder at the start", async () => !existsSync(folder));
});
