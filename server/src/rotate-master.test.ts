import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createSecret, loadSessionSecrets } from "./core/access/index.ts";
import { rotateMaster } from "./main.ts";
import { openTestStore } from "./testing/test-store.ts";
import { openSharedVault } from "./vault/open-shared-vault.ts";

test("rotates the master key while a server continues to read and write", async (context) => {
  const t = await openTestStore();
  const folder = mkdtempSync(join(tmpdir(), "tembo-rotate-main-"));
  context.after(async () => {
    await t.drop();
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, "master.key");
  const env = { DATABASE_URL: t.database.url, TEMBO_DATA_DIR: folder };
  await assert.rejects(
    rotateMaster(env),
    /master key file .*master\.key does not exist\. Set TEMBO_DATA_DIR/,
  );

  const { vault } = await openSharedVault({ file, store: t.store });
  const ports = { store: t.store, clock: t.clock, vault };
  await createSecret(ports, t.organizationId, { key: "ONE", value: "first value" });
  const before = readFileSync(file, "utf8");
  assert.deepEqual(await rotateMaster(env), { rewrapped: 1, isResumed: false });
  assert.notEqual(readFileSync(file, "utf8"), before);
  await createSecret(ports, t.organizationId, { key: "TWO", value: "second value" });
  assert.deepEqual(await rotateMaster(env), { rewrapped: 2, isResumed: false });
  const { environment } = await loadSessionSecrets(ports, t.organizationId);
  assert.deepEqual(environment, { ONE: "first value", TWO: "second value" });
});
