import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { withApart } from "../../support/apart.ts";
import {
  API_KEY,
  assertOccurOnce,
  assertSeamless,
  endings,
  reachingLoopback,
  remoteFile,
} from "../../support/index.ts";
import { temporaryDataDir } from "../../support/programs/tembo-process.ts";

test("a worker with its own disk works on a repository of the server's built-in forge", async () => {
  await using cleanup = new AsyncDisposableStack();
  const disk = await temporaryDataDir();
  cleanup.defer(() => disk.remove());
  await withApart(reachingLoopback, async ({ client, dataDir, worker, repository, until }) => {
    const { url } = await repository("far/app", { "a.txt": "1\n" });
    await worker({
      TEMBO_DATA_DIR: disk.path,
      TEMBO_MASTER_KEY_FILE: join(dataDir, "master.key"),
    });
    const { id } = await client.session.create({
      prompt: 'Work. SCRIPT(write("one.txt", "1\\n"), say("Done."))',
      repositories: [url],
    });
    const events = await until(id, (event) => endings([event]).length > 0);
    assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
    assertSeamless(events);
    assertOccurOnce(events, "branch.pushed", "pullRequest.opened");
    const { branchName, artifacts } = await client.session.retrieve(id);
    assert.equal(artifacts.flatMap(({ pullRequests }) => pullRequests).length, 1);
    assert.equal(await remoteFile(url, API_KEY, branchName!, "one.txt"), "1");
  });
});
