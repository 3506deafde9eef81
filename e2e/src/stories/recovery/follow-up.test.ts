import assert from "node:assert/strict";
import { test } from "node:test";
import { endings } from "../../support/index.ts";
import { assertWhole, isEnding, withMachines } from "../../support/machines.ts";
import { resultsOf } from "../../support/tool-results.ts";

test("a message that arrives while files are saved continues with the files that are not committed", async () => {
  await withMachines(async (machines) => {
    const { client, machine, forge, until } = machines;
    const first = await machine();
    const { id } = await client.session.create({
      prompt: 'Begin. SCRIPT(write("one.txt", "1\\n"), bash("echo scratch > ../scratch"), say("First."))',
      repositories: [forge.repositoryUrl],
    });
    await until(id, ({ eventType }) => eventType === "harness.ended");
    await client.session.messages.create(id, {
      content:
        'Go on. SCRIPT(bash("sleep 3"), bash("cat ../scratch one.txt"), write("two.txt", "2\\n"), say("Second."))',
    });
    await until(id, isEnding(1));
    await first.lose();
    await machine();
    const events = await until(id, isEnding(2));
    assert.equal(resultsOf(events).at(-2), '"scratch\\n1"');
    assert.equal(endings(events).length, 2);
    await assertWhole(machines, events, ["one.txt", "two.txt"]);
  });
});
