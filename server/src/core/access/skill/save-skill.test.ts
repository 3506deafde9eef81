import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { overlap } from "../../../testing/race.ts";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";
import { createSkill, updateSkill } from "./save-skill.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

test("keeps the fields of two concurrent updates of a skill", async () => {
  const { organizationId } = t;
  const content = "---\nname: review\ndescription: Reviews code.\n---\nRead the diff.";
  const { id } = await createSkill(t, organizationId, {
    ...{ name: "review", description: "Reviews code.", files: [{ filename: "SKILL.md", content }] },
  });
  const change = (fields: Parameters<typeof updateSkill>[2]) => (store: TestStore["store"]) =>
    updateSkill({ ...t, store }, { organizationId, id }, fields);
  await overlap(t, change({ name: "check" }), change({ description: "Checks code." }));
  const skill = await t.store.skills.find(organizationId, id);
  assert.deepEqual([skill?.name, skill?.description], ["check", "Checks code."]);
  await t.store.skills.delete(organizationId, id);
  await assert.rejects(change({ name: "gone" })(t.store), { code: "not_found" });
});
