import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId } from "../../../core/base/index.ts";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

test("keeps the first machine as the owner, and its latest URL", async () => {
  const { forgeOwner } = t.store;
  assert.equal(await forgeOwner.find(), null);
  const [one, two] = [newId(), newId()];
  const first = { machineId: one, url: "http://one.example" };
  assert.deepEqual(await forgeOwner.claim(first), first);
  assert.deepEqual(await forgeOwner.claim({ machineId: two, url: "http://two.example" }), first);
  const moved = { machineId: one, url: "https://one.example" };
  assert.deepEqual(await forgeOwner.claim(moved), moved);
  assert.deepEqual(await forgeOwner.find(), moved);
});
