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
/** Runs a command for this time. */
const working = (seconds: number) =>
  `Work. SCRIPT(write("one.txt", "1\\n"), bash("timeout ${seconds} tail -f /dev/null; true"), bash("cat one.txt"), write("two.txt", "2\\n"), say("Done."))`;

test("a drained machine ends or hands back its turns, saves its idle session completely and exits", async () => {
  await withMachines(async ({ client, machine, forge, until }) => {
    const create = async (prompt: string) =>
      (await client.session.create({ prompt, repositories: [forge.repositoryUrl] })).id;
    const first = await machine({ TEMBO_DRAIN_MINUTES: "0.25" });
    const idle = await create(begin);
    await until(idle, isEnding(1));
    const long = await create(working(100));
    await until(long, runsCommand);
    const ending = await create(working(8));
    await until(ending, runsCommand);
    await machine();
    assert.equal(await first.stop(), 0);

    await client.session.messages.create(idle, { content: look });
    const [afterIdle, ended, continued] = await Promise.all([
      until(idle, isEnding(2)),
      until(ending, isEnding(1)),
      until(long, isEnding(1)),
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
