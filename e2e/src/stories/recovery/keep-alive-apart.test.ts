import assert from "node:assert/strict";
import { test } from "node:test";
import type { SessionEvent } from "@tembo/contract";
import { withApart } from "../../support/apart.ts";
import { API_KEY, assertSeamless, endings, ofType, remoteFile } from "../../support/index.ts";

const KEEPING = { TEMBO_KEEP_ALIVE_MINUTES: "10", TEMBO_WORKER_CONCURRENCY: "1" };

test("with several workers, any free worker continues a session whose warm sandbox another worker holds", async () => {
  await withApart(KEEPING, async ({ model, client, worker, repository, until }) => {
    const { url } = await repository("kept/app", { "a.txt": "1\n" });
    const first = await worker();
    const { id } = await client.session.create({
      prompt: 'Begin. SCRIPT(write("one.txt", "1\\n"), bash("echo of one > $HOME/note"), say("First."))',
      repositories: [url],
    });
    const keptTimes = (times: number) => {
      let seen = 0;
      return ({ eventType }: SessionEvent) => eventType === "sandbox.kept" && ++seen === times;
    };
    await until(id, keptTimes(1));

    // The worker with the warm sandbox is busy, so the other worker claims the next message.
    const hold = model.hold();
    const busy = await client.session.create({ prompt: 'Be busy. SCRIPT(say("I was."))' });
    await hold.arrived;
    const second = await worker();
    const seen = model.requests.length;
    await client.session.messages.create(id, {
      content: 'Go on. SCRIPT(bash("cat $HOME/note one.txt"), write("two.txt", "2\\n"), say("Second."))',
    });
    const events = await until(id, keptTimes(2));
    assertSeamless(events);
    assert.deepEqual(
      endings(events).map(({ eventType }) => eventType),
      ["turn.completed", "turn.completed"],
    );
    assert.deepEqual(reasonsOf(events), ["Another worker continues the session."]);
    assert.match(outputOf(events), /of one\n1/);
    const userTexts = JSON.stringify(model.requests.slice(seen).at(-1)?.userTexts);
    assert.match(userTexts, /Begin\./);
    assert.doesNotMatch(
      userTexts,
      /earlier_work/,
      "the harness continues from its own memory, without a summary",
    );
    assert.equal(first.wasKilled(), false);
    hold.release();
    await until(busy.id, (event) => endings([event]).length > 0);

    // Kills the worker that now has the warm sandbox. The other worker removes the leftovers and continues the session.
    await second.kill();
    await client.session.messages.create(id, {
      content: 'And on. SCRIPT(bash("cat $HOME/note two.txt"), write("three.txt", "3\\n"), say("Third."))',
    });
    const all = await until(id, keptTimes(3));
    assertSeamless(all);
    assert.equal(endings(all).at(-1)?.eventType, "turn.completed", JSON.stringify(endings(all).at(-1)));
    assert.deepEqual(reasonsOf(all).slice(1), ["Its worker stopped."]);
    assert.match(outputOf(all), /of one\n2/);
    assert.equal(ofType(all, "pullRequest.opened").length, 1);
    assert.equal(ofType(all, "branch.pushed").length, 3);
    const { branchName } = await client.session.retrieve(id);
    for (const [file, text] of [
      ["one", "1"],
      ["two", "2"],
      ["three", "3"],
    ])
      assert.equal(await remoteFile(url, API_KEY, branchName!, `${file}.txt`), text);
  });
});

const reasonsOf = (events: readonly SessionEvent[]) =>
  ofType(events, "sandbox.stopped").map(({ eventData }) => eventData.reason);

/** Returns the output of the last command. */
const outputOf = (events: readonly SessionEvent[]) =>
  ofType(events, "toolCall")
    .filter(({ eventData }) => /^of one/.test(eventData.output ?? ""))
    .map(({ eventData }) => eventData.output)
    .at(-1) ?? "";
