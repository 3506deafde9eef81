import assert from "node:assert/strict";
import { test } from "node:test";
import { withApart } from "../../support/apart.ts";
import {
  API_KEY,
  assertOccurOnce,
  assertSeamless,
  endings,
  ofType,
  remoteFile,
} from "../../support/index.ts";

test("with separate servers and workers, a turn whose worker is killed continues on the next worker", async () => {
  await withApart({}, async ({ client, worker, repository, until }) => {
    const { url } = await repository("apart/app", { "a.txt": "1\n" });
    const session = await client.session.create({
      prompt: 'Work. SCRIPT(write("one.txt", "1\\n"), sleepTool(1), write("two.txt", "2\\n"), say("Done."))',
      repositories: [url],
    });
    assert.equal(session.status, "queued", "no worker is running yet");
    const killed = await worker();
    await until(session.id, ({ eventType }) => eventType === "toolCall");
    await killed.kill();
    await worker();

    const events = await until(session.id, (event) => endings([event]).length > 0);
    assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
    assertSeamless(events);
    assertOccurOnce(events, "turn.started", "turn.resumed", "pullRequest.opened", "turn.completed");
    assert.equal(ofType(events, "turn.resumed")[0]?.eventData.attempt, 2);
    const { branchName } = await client.session.retrieve(session.id);
    assert.equal(await remoteFile(url, API_KEY, branchName!, "two.txt"), "2");
  });
});
