import assert from "node:assert/strict";
import { test } from "node:test";
import { readMigrations } from "../store/migrate.ts";
import { decidePlan, findRequired } from "./decide-plan.ts";

const one = { name: "0090-one.sql", text: "create table a (id uuid);" };
const two = { name: "0091-two.sql", text: "update required_migration set name = '0090-one.sql';" };
const three = { name: "0092-three.sql", text: "update required_migration\n  set name = '0091-two.sql';" };
const known = [one, two, three];
const rule = "0089-required-migration.sql";

test("an earlier version keeps running unless a pending migration requires a newer one", () => {
  const plan = (...applied: string[]) => decidePlan(known, new Set(applied), rule);
  assert.deepEqual(plan(rule, one.name), {
    newestApplied: one.name,
    pending: [two.name, three.name],
    keepsPrevious: false,
  });
  assert.equal(plan(rule, one.name, two.name).keepsPrevious, true, "it knows the required migration");
  assert.equal(plan(rule, one.name, two.name, three.name).keepsPrevious, true, "nothing changes");
  assert.equal(decidePlan([one], new Set([rule]), rule).keepsPrevious, true);
});

test("a version from before the rule does not run on a migrated database", () => {
  assert.equal(decidePlan([one], new Set(["0001-initial.sql"]), null).keepsPrevious, false);
  assert.equal(decidePlan(known, new Set(), null).newestApplied, null);
});

test("finds the requirement of each migration that names the table", async () => {
  const naming = (await readMigrations()).filter(({ text }) => text.includes("required_migration"));
  assert.ok(naming.length > 0);
  for (const { name, text } of naming) assert.ok(findRequired(text).length > 0, name);
});
