import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Skill } from "../../../core/access/index.ts";
import { newId } from "../../../core/base/index.ts";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

function aSkill(name: string, change: Partial<Skill> = {}): Skill {
  return {
    id: newId(),
    organizationId: t.organizationId,
    name,
    description: "How it is done.",
    files: [{ id: newId(), filename: "SKILL.md", content: "So.\n" }],
    createdAt: someTime,
    updatedAt: someTime,
    ...change,
  };
}

test("stores a skill and rejects a duplicate name", async () => {
  const skill = aSkill("kept");
  assert.equal(await t.store.skills.insert(skill), true);
  assert.equal(await t.store.skills.insert(skill), true, "repeated");
  assert.deepEqual(await t.store.skills.find(t.organizationId, skill.id), skill);
  assert.equal(await t.store.skills.insert(aSkill("kept")), false);

  const other = aSkill("other");
  await t.store.skills.insert(other);
  assert.equal(await t.store.skills.update({ ...other, name: "kept" }), false);
  const changed = { ...other, name: "changed", files: [], updatedAt: new Date(someTime.getTime() + 1_000) };
  assert.equal(await t.store.skills.update(changed), true);
  assert.deepEqual(await t.store.skills.find(t.organizationId, other.id), changed);
  await t.store.skills.delete(t.organizationId, other.id);
  assert.equal(await t.store.skills.find(t.organizationId, other.id), null);
  assert.equal(await t.store.skills.update(changed), false, "an update of a deleted skill fails");
});

test("hides a skill from another organization, which may use the same name", async () => {
  const organizationId = newId();
  await t.store.organizations.insert({ id: organizationId, name: "Other" });
  const skill = aSkill("apart");
  await t.store.skills.insert(skill);
  assert.equal(await t.store.skills.find(organizationId, skill.id), null);
  await t.store.skills.delete(organizationId, skill.id);
  assert.equal(await t.store.skills.update({ ...skill, organizationId, name: "stolen" }), false);
  assert.deepEqual(await t.store.skills.find(t.organizationId, skill.id), skill);
  assert.equal(await t.store.skills.insert(aSkill("apart", { organizationId })), true);
  assert.deepEqual(
    (await t.store.skills.list(organizationId, { limit: 5 })).items.map(({ name }) => name),
    ["apart"],
  );
});

test("lists skills newest first by page, name and text", async () => {
  for (const [index, name] of ["list-a", "list-b", "list-c"].entries())
    await t.store.skills.insert(
      aSkill(name, { id: newId(someTime.getTime() + index), description: `List 100% ${name}` }),
    );
  const names = async (filter: Parameters<typeof t.store.skills.list>[1]) =>
    (await t.store.skills.list(t.organizationId, filter)).items.map(({ name }) => name);
  assert.deepEqual(await names({ limit: 9, search: "100%" }), ["list-c", "list-b", "list-a"]);
  assert.deepEqual(await names({ limit: 9, names: ["list-a", "list-c", "none"] }), ["list-c", "list-a"]);
  const first = await t.store.skills.list(t.organizationId, { limit: 2, search: "list-" });
  assert.deepEqual(await names({ limit: 2, search: "list-", cursor: first.nextCursor! }), ["list-a"]);
});
