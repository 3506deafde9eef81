import assert from "node:assert/strict";
import { test } from "node:test";
import { readOldDatabase } from "../../support/old-data-folder.ts";
import {
  assertContinued,
  assertFinishedContinues,
  assertPublished,
  sessionOf,
  withUpgraded,
} from "./continue-old-sessions.ts";

test("continues the running, waiting and finished sessions of an old version on its data folder", async () => {
  await withUpgraded({}, async (world) => {
    await assertContinued(world, sessionOf("Running"), 2);
    await assertPublished(world, sessionOf("Running"), { "one.txt": "1", "two.txt": "2", "three.txt": "3" });
    await assertContinued(world, sessionOf("Waiting"), 1);
    await assertPublished(world, sessionOf("Waiting"), { "one.txt": "1" });
    await assertFinishedContinues(world);
    const old = await readOldDatabase();
    const attachment = await world.client.attachments.content(String(old.rows["public.attachments"]![0]!.id));
    assert.equal(await attachment.text(), "attached\n");
  });
});
