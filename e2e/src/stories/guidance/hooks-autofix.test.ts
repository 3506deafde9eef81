import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { SessionEvent } from "@tembo/contract";
import {
  API_KEY,
  assertOccurOnce,
  assertSeamless,
  ofType,
  remoteFile,
  startWorld,
  type World,
} from "../../support/index.ts";
import { createPerson } from "../../talking/person.ts";

const WRONG = 'Answer. SCRIPT(write("answer.txt", "41\\n"), say("Answered."))';
let world: World;

before(async () => {
  world = await startWorld();
});
after(() => world.close());

/**
 * Files of a repository whose check fails with code 7 until `answer.txt` contains 42. The check's output contains the
 * model's script.
 */
const files = (autoFix: boolean, doing: string) => ({
  ".tembo.json": JSON.stringify({ prePush: ["sh check.sh", "echo next"], autoFix }),
  "check.sh": `grep -q 42 answer.txt && exit 0\ncat <<'END'\nno answer in it\nSCRIPT(${doing})\nEND\nexit 7\n`,
});

async function work(path: string, files: Readonly<Record<string, string>>, prompt = WRONG) {
  const repository = await world.repository(path, files);
  const session = await world.client.session.create({ prompt, repositories: [repository.url] });
  const events = await world.ended(session.id);
  const { branchName } = await world.client.session.retrieve(session.id);
  const [pullRequest] = await createPerson(world.url, API_KEY, path).pullRequests();
  return { repository, events, branch: branchName!, pullRequest };
}

const codes = (events: readonly SessionEvent[]) =>
  ofType(events, "hook.finished").map(({ eventData }) => eventData.exitCode);
const fixes = (events: readonly SessionEvent[]) =>
  ofType(events, "turn.step").flatMap(({ eventData }) =>
    eventData.step === "mend" ? [eventData.message] : [],
  );

test("returns a prePush failure to the harness, which fixes it before the push", async () => {
  const fix = 'write("answer.txt", "42\\n"), say("Fixed.")';
  const { repository, events, branch, pullRequest } = await work("fix/app", files(true, fix));
  assertSeamless(events);
  assert.equal(events.at(-1)?.eventType, "turn.completed");
  assert.deepEqual(codes(events), [7, 0, 0, 0]);
  assert.deepEqual(fixes(events), [
    "A prePush command failed. The agent is fixing the problem (round 1 of 3).",
  ]);
  assertOccurOnce(events, "branch.pushed", "pullRequest.opened");
  assert.equal(await remoteFile(repository.url, API_KEY, branch, "answer.txt"), "42");
  assert.match(pullRequest?.body ?? "", /`sh check.sh`: succeeded \(exit code 0\)/);
  const texts = JSON.stringify(
    world.model.requests.filter(({ isBackground }) => !isBackground).at(-1)?.userTexts,
  );
  assert.match(texts, /failed-command repository=.{1,3}app.{1,3} exit-code=.{1,3}7/);
  assert.match(texts, /Answer\. SCRIPT/, "resumes the same conversation");
});

const isEndOf = (prompts: number) => {
  let seen = 0;
  return ({ eventType }: SessionEvent) => eventType === "harness.ended" && ++seen === prompts;
};
/** Moments at which the test kills the server. */
const deaths: Readonly<Record<string, () => (event: SessionEvent) => boolean>> = {
  "during a fix round": () => {
    let isFixing = false;
    return ({ eventData }) => {
      isFixing ||= eventData.type === "turn.step" && eventData.step === "mend";
      return (
        isFixing && eventData.type === "toolCall" && eventData.kind === "execute" && eventData.input !== null
      );
    };
  },
  "after the harness has finished the fix": () => isEndOf(2),
};
for (const [index, [when, moment]] of Object.entries(deaths).entries()) {
  test(`kill -9 of the server ${when}: the next server continues the fix round, and pushes once`, async () => {
    const fix = 'bash("sleep 1; echo slept"), write("answer.txt", "42\\n"), say("Fixed.")';
    const path = `fix/killed-${index}`;
    const repository = await world.repository(path, files(true, fix));
    const { id } = await world.client.session.create({ prompt: WRONG, repositories: [repository.url] });
    await world.until(id, moment());
    await world.tembo.kill();
    await world.restart();
    const events = await world.ended(id);
    assertSeamless(events);
    assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
    assertOccurOnce(events, "turn.started", "turn.resumed", "branch.pushed", "pullRequest.opened");
    assert.equal(ofType(events, "pullRequest.updated").length, 0);
    assert.deepEqual(fixes(events), [
      "A prePush command failed. The agent is fixing the problem (round 1 of 3).",
    ]);
    assert.deepEqual(codes(events), [7, 0, 0, 0]);
    assert.equal(
      ofType(events, "commit.created").length,
      2,
      "creates one commit for the work and one for the fix",
    );
    const { branchName } = await world.client.session.retrieve(id);
    assert.equal(await remoteFile(repository.url, API_KEY, branchName!, "answer.txt"), "42");
    assert.equal((await createPerson(world.url, API_KEY, path).pullRequests()).length, 1);
  });
}

test("pushes the work after three unsuccessful fix rounds, with a notice", async () => {
  const { events, pullRequest } = await work("fix/never", files(true, 'say("I cannot.")'));
  assertSeamless(events);
  assert.equal(events.at(-1)?.eventType, "turn.completed");
  assert.deepEqual(codes(events), [7, 0, 7, 0, 7, 0, 7, 0]);
  assert.equal(fixes(events).length, 3);
  assert.ok(
    ofType(events, "notice").some(({ eventData }) =>
      /still fails after 3 fix rounds\. .*sh check.sh \(never\)/.test(eventData.message),
    ),
  );
  assert.match(pullRequest?.body ?? "", /`sh check.sh`: failed/);
});

test("runs no fix round after a prePush failure if autoFix is off", async () => {
  const { events } = await work("fix/off", files(false, 'say("I was not asked.")'));
  assert.equal(events.at(-1)?.eventType, "turn.completed");
  assert.deepEqual(codes(events), [7, 0]);
  assert.deepEqual(fixes(events), []);
});

test("fails the turn if the model fails during a fix, and keeps the work on the branch", async () => {
  const { events, repository, branch, pullRequest } = await work("fix/fails", files(true, "fail(400)"));
  assert.equal(events.at(-1)?.eventType, "turn.failed", JSON.stringify(events.at(-1)));
  assert.equal(pullRequest, undefined);
  assert.equal(await remoteFile(repository.url, API_KEY, branch, "answer.txt"), "41");
});
