import assert from "node:assert/strict";
import { test } from "node:test";
import type { SessionEvent } from "@tembo/contract";
import { assertOccurOnce, assertSeamless, endings, ofType, remoteFile } from "../../support/index.ts";
import { isEnding, withMachines } from "../../support/machines.ts";
import { resultsOf } from "../../support/tool-results.ts";

const runsCommand = ({ eventData }: SessionEvent) =>
  eventData.type === "toolCall" && eventData.kind === "execute" && eventData.input !== null;

const begin =
  'Begin. SCRIPT(write("one.txt", "1\\n"), write(".gitignore", "ignored.txt\\n"), bash("echo note > $HOME/note; echo built > ignored.txt"), say("First."))';
const look = 'Go on. SCRIPT(bash("cat $HOME/note ignored.txt one.txt"), say("Second."))';
const working = (name: string, command: string) =>
  `${name} SCRIPT(write("one.txt", "1\\n"), bash("${command}"), bash("cat one.txt"), write("two.txt", "2\\n"), say("Done."))`;
/** Works until the machine ends the command. The next machine has the file, so the command ends at once there. */
const long = working("Work long.", "test -e $HOME/began || { touch $HOME/began; tail -f /dev/null; }");
const short = working("Work briefly.", "true");

test("a drained machine ends or hands back its turns, saves its idle session completely and exits", async () => {
  await withMachines(async ({ client, machine, forge, model, until }) => {
    const create = async (prompt: string) =>
      (await client.session.create({ prompt, repositories: [forge.repositoryUrl] })).id;
    const first = await machine({ TEMBO_DRAIN_MINUTES: "0.5" });
    const idle = await create(begin);
    await until(idle, isEnding(1));
    const continuing = await create(long);
    await until(continuing, runsCommand);
    const answer = model.hold(({ userTexts }) => userTexts.some((text) => text.startsWith("Work briefly.")));
    const ending = await create(short);
    await answer.arrived;
    await machine();
    const exited = first.stop();
    await first.logged("draining: this worker accepts no further turns");
    answer.release();
    assert.equal(await exited, 0);

    await client.session.messages.create(idle, { content: look });
    const [afterIdle, ended, continued] = await Promise.all([
      until(idle, isEnding(2)),
      until(ending, isEnding(1)),
      until(continuing, isEnding(1)),
    ]);
    assert.equal(resultsOf(afterIdle).at(-1), '"note\\nbuilt\\n1"', "ignored files are complete");
    const notices = ofType(afterIdle, "notice").map(({ eventData }) => eventData.message);
    assert.deepEqual(
      notices.filter((message) => /saved|lost|ignores/.test(message)),
      [],
    );
    assert.equal(ofType(ended, "turn.resumed").length, 0, "the turn ends on its machine");
    assert.equal(ofType(continued, "turn.resumed").length, 1, "the turn continues on the other machine");
    const pulls = await forge.pullRequests();
    assert.equal(pulls.length, 3);
    for (const events of [afterIdle, ended, continued]) {
      assertSeamless(events);
      for (const { eventType } of endings(events)) assert.equal(eventType, "turn.completed");
      assertOccurOnce(events, "pullRequest.opened");
    }
    for (const { head } of pulls)
      assert.equal(await remoteFile(forge.cloneUrl, forge.token, head, "one.txt"), "1");
  });
});
