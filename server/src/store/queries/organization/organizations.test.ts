import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

test("finds the organization that was created first", async () => {
  await t.addOrganization();
  await t.store.organizations.insert({ id: t.organizationId, name: "Repeated" });
  assert.deepEqual(await t.store.organizations.findFirst(), { id: t.organizationId });
});
