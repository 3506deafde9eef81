import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { SessionEvent } from "@tembo/contract";
import {
  API_KEY,
  assertOccurOnce,
  assertSeamless,
  ofType,
  postgresPid,
  remoteFile,
  sandboxProcesses,
  startWorld,
  type World,
} from "../../support/index.ts";

/**
 * Returns the prompt. Its command runs for `seconds`. All events that must happen during the command must fit into this
 * time.
 */
const promptOf = (seconds: number) =>
  `Work. SCRIPT(say("First."), write("one.txt", "1\\n"), bash("sleep ${seconds}; echo slept"), write("two.txt", "2\\n"), say("All done."))`;
let world: World;

before(async () => {
  world = await startWorld();
});
after(async () => {
  await world.close();
});

const isStep = (step: string) => (event: SessionEvent) =>
  event.eventData.type === "turn.step" && event.eventData.step === step;
const isType = (type: string) => (event: SessionEvent) => event.eventType === type;

/**
 * Returns true while the script's command runs. The tests interrupt the command and not a write, because an interrupted
 * command leaves nothing behind. After an interrupted write, a real model learns that the result is unknown and writes
 * the file again. The scripted model would continue with the next step.
 */
const isCommandRunning = ({ eventData }: SessionEvent) =>
  eventData.type === "toolCall" && eventData.kind === "execute" && eventData.input !== null;

/** Moments of a turn at which a process is killed. */
const moments: Readonly<Record<string, (event: SessionEvent) => boolean>> = {
  "after the turn is queued": isType("turn.queued"),
  "after the turn is claimed": isType("turn.started"),
  "while the workspace is prepared": isStep("provision"),
  "while the setup hooks run": isStep("setUp"),
  "while the harness starts": isStep("work"),
  "while the harness works": isCommandRunning,
  "after the harness ends": isType("harness.ended"),
  "after the work is committed": isType("commit.created"),
  "before the push": isStep("prePush"),
  "while it publishes": isStep("publish"),
  "after the branch is pushed": isType("branch.pushed"),
  "after the pull request is opened": isType("pullRequest.opened"),
};

async function startSession(name: string, until?: (event: SessionEvent) => boolean) {
  const hooks = JSON.stringify({ setupScript: "echo up", prePush: "echo pre" });
  const repository = await world.repository(`${name}/app`, { "a.txt": "1\n", ".tembo.json": hooks });
  const session = await world.client.session.create({
    prompt: promptOf(until === isCommandRunning ? 10 : 1),
    repositories: [repository.url],
  });
  if (until !== undefined) await world.until(session.id, until);
  return { repository, session };
}

async function assertWhole(sessionId: string, repositoryUrl: string): Promise<void> {
  const events = await world.ended(sessionId);
  assertSeamless(events);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)?.eventData));
  assertOccurOnce(
    events,
    "session.created",
    "message.queued",
    "turn.queued",
    "turn.started",
    "pullRequest.opened",
    "turn.completed",
  );
  assert.equal(ofType(events, "pullRequest.updated").length, 0);
  const { artifacts, branchName } = await world.client.session.retrieve(sessionId);
  assert.equal(artifacts.flatMap((artifact) => artifact.pullRequests).length, 1);
  for (const [file, content] of [
    ["one.txt", "1"],
    ["two.txt", "2"],
  ] as const) {
    assert.equal(await remoteFile(repositoryUrl, API_KEY, branchName!, file), content);
  }
  assert.deepEqual(await sandboxProcesses(world.uidBase), []);
}

for (const [index, [name, isThere]] of Object.entries(moments).entries()) {
  test(`kill -9 of the server ${name}: the session completes after a restart without loss or duplication`, async () => {
    const { repository, session } = await startSession(`kill-${index}`, isThere);
    await world.tembo.kill();
    await world.restart();
    await assertWhole(session.id, repository.url);
  });
}

for (const name of ["while the workspace is prepared", "while the harness works", "while it publishes"]) {
  test(`kill -9 of PostgreSQL ${name}: the session completes without loss or duplication`, async () => {
    const { repository, session } = await startSession(`pg-${name.replaceAll(" ", "-")}`, moments[name]);
    const pid = await postgresPid(world.dataDir);
    assert.ok(pid !== null);
    process.kill(pid, "SIGKILL");
    await assertWhole(session.id, repository.url);
  });
}

test("a stopping server releases its turn, and the next server continues it", async () => {
  const { repository, session } = await startSession("handed-back", isCommandRunning);
  assert.equal(await world.tembo.stop(), 0);
  assert.deepEqual(await sandboxProcesses(world.uidBase), []);
  await world.restart();
  await assertWhole(session.id, repository.url);
});
