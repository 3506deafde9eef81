import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { overlap } from "../../../testing/race.ts";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";
import { type ModelChange, updateModel } from "./update-model.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

test("keeps the fields of two concurrent updates of a model", async () => {
  const { organizationId } = t;
  const model = "claude-opus-4-5";
  const change = (fields: ModelChange) => (store: TestStore["store"]) =>
    updateModel({ store }, organizationId, model, fields);
  await overlap(t, change({ isEnabled: false }), change({ provider: "anthropic" }));
  assert.deepEqual(await t.store.models.choices(organizationId), [
    { model, isEnabled: false, provider: "anthropic" },
  ]);
});
