import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { steps } from "../../scripted-model/server.ts";
import { ofType } from "../../support/index.ts";
import { answers, startTalking, type Talking } from "../../talking/start-talking.ts";

const { bash, say } = steps;
let talking: Talking;

before(async () => {
  talking = await startTalking();
});
after(() => talking.close());

const LOG = [
  "Installing",
  ...Array(300).fill("a line of no matter"),
  "Error: expected 2 but got 3",
  "exit code 1",
];

test("fixes failed checks once per commit, and at most three times per pull request", async () => {
  const { client, plays } = talking;
  const { repository, ada } = await talking.place("checks/app", { "a.txt": "0\n" });
  await client.repositories.update(repository.id, { fixesChecks: true });
  plays("Begin the work", bash("echo begun > a.txt"), say("Begun."));
  plays("Checks failed on commit", bash("date +%s%N > a.txt"), say("The sum was wrong."));
  const session = await client.session.create({ prompt: "Begin the work.", repositories: [repository.url] });
  const begun = await talking.world.ended(session.id);
  assert.equal(begun.at(-1)?.eventType, "turn.completed", JSON.stringify(begun.at(-1)));
  const [pull] = await ada.pullRequests();
  const head = async () => (await ada.pullRequest(pull!.number)).head.sha;
  const firstSha = await head();
  const log = await talking.listen();
  const failed = (sha: string, name = "test") =>
    ada.addCheck({
      name,
      head_sha: sha,
      status: "completed",
      conclusion: "failure",
      output: { title: "It failed", summary: "1 of 3", text: LOG.join("\n") },
    });

  // A second check is still running.
  const lint = await ada.addCheck({ name: "lint", head_sha: firstSha, status: "in_progress" });
  await failed(firstSha);
  const [early] = await log.worked("check_run", 1);
  assert.match(early!.outcome!, /^Waiting: the commit has other checks that have not finished\./);
  assert.equal(
    (await talking.eventsOf(session.id)).filter(({ eventType }) => eventType === "message.queued").length,
    1,
  );

  const hold = talking.world.model.hold();
  await ada.endCheck(lint.id, "success");
  await hold.arrived;
  await failed(firstSha, "again");
  const [, ended, again] = await log.worked("check_run", 3);
  assert.match(ended!.outcome!, /^Failed: test\. The session received a message to fix the failed checks\./);
  assert.equal(again!.sessionId, session.id);
  assert.equal(
    ofType(await talking.eventsOf(session.id), "message.queued").length,
    2,
    "sends one message for each commit",
  );
  hold.release();
  const events = await talking.world.ended(session.id, 2);
  const message = String(ofType(events, "message.queued")[1]!.eventData.content);
  assert.match(message, /Error: expected 2 but got 3\nexit code 1/);
  assert.ok(message.split("a line of no matter").length < 60, "the message contains a shortened log");
  assert.match((await answers(ada, pull!.number, 1))[0]!, /^The sum was wrong\.\n\nPushed/);
  const heads = [firstSha, await head()];
  assert.notEqual(heads[1], firstSha);

  for (const turns of [3, 4]) {
    await failed(heads.at(-1)!);
    await talking.world.ended(session.id, turns);
    heads.push(await head());
  }
  assert.equal(new Set(heads).size, 4);
  await failed(firstSha, "late");
  const late = (await log.worked("check_run", 6)).at(-1)!;
  assert.deepEqual(
    [late.status, late.sessionId],
    ["ignored", null],
    "ignores a commit that is no longer the head",
  );
  await failed(heads.at(-1)!);
  const all = await log.worked("check_run", 7);
  assert.match(
    all.at(-1)!.outcome!,
    /All 3 attempts to fix this pull request have been used\. A person must fix the failed checks/,
  );
  assert.equal(ofType(await talking.eventsOf(session.id), "message.queued").length, 4);
});
