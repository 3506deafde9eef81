import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { findBreakingChanges } from "../../../../scripts/migration-rule.ts";
import { readMigrations } from "../../../../server/src/store/migrate.ts";
import { createTestDatabase } from "../../../../server/src/testing/test-database.ts";
import { rules } from "../check/check-history.ts";
import { nextMigration, nextWorkflows } from "../upgrade.ts";
import { bugs } from "./bugs.ts";
import { applyPatch, type Patch } from "./patch.ts";

const root = join(import.meta.dirname, "../../../..");

test("fails if the text of a patch is missing or occurs twice", () => {
  const patch = { file: "a.ts", from: "one", to: "$&" };
  assert.equal(applyPatch("two one", patch), "two $&");
  assert.throws(() => applyPatch("two", patch), /occurs 0 times in a.ts: one/);
  assert.throws(() => applyPatch("one one", patch), /occurs 2 times/);
});

test("each planted bug fits the product, and names rules that find it", () => {
  for (const { patches, caughtBy } of bugs) {
    plant(patches);
    assert.notEqual(caughtBy.length, 0);
    for (const rule of caughtBy) assert.ok(rules.includes(rule));
  }
});

test("the next version of the product differs from this one", async () => {
  plant([await nextWorkflows(root)]);
});

test("the migration of the next version only adds, as the rule for migrations requires", async (context) => {
  const { pool, drop } = await createTestDatabase();
  context.after(drop);
  const known = await readMigrations();
  const migrations = [...known, nextMigration];
  assert.deepEqual(
    await findBreakingChanges({ pool, migrations, after: known.at(-1)!.name, released: null }),
    [],
  );
});

function plant(patches: readonly Patch[]): void {
  const files = new Map<string, string>();
  for (const patch of patches) {
    const before = files.get(patch.file) ?? readFileSync(join(root, patch.file), "utf8");
    const after = applyPatch(before, patch);
    assert.notEqual(after, before);
    files.set(patch.file, after);
  }
}
