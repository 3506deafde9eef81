import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { rotateMasterKey } from "../core/access/index.ts";
import type { SealContext } from "../core/base/index.ts";
import { sealedColumns } from "../store/queries/secret/master-keys.ts";
import { openTestStore, type TestStore } from "../testing/test-store.ts";
import { openSharedVault } from "./open-shared-vault.ts";
import { openVault } from "./open-vault.ts";

let t: TestStore;
const folder = mkdtempSync(join(tmpdir(), "tembo-shared-vault-"));
let machines = 0;

before(async () => {
  t = await openTestStore();
});
beforeEach(() => t.database.pool.query("truncate secrets, master_keys"));
after(async () => {
  await t.drop();
  rmSync(folder, { recursive: true });
});

/** Returns the path of the key file in the data folder of another machine. */
function onMachine(): string {
  const dataDir = join(folder, String(machines++));
  mkdirSync(dataDir);
  return join(dataDir, "master.key");
}

const open = (file: string) => openSharedVault({ file, store: t.store });
const context = (): SealContext => ({ organizationId: t.organizationId, name: "provider:x", version: 1 });
const credential = { kind: "provider", name: "x" } as const;
const createOwnKey = (file: string) => openVault({ file, usedKeyIds: async () => [] });

test("rejects a machine without the key of the first start, names the key, and creates no file", async () => {
  const [first, second] = [onMachine(), onMachine()];
  const id = (await open(first)).masterKeys.newestId();
  await assert.rejects(open(second), (error: Error) => {
    assert.match(
      error.message,
      new RegExp(`^The master key file ${second} is missing, .* needs the key ${id}\\.`),
    );
    assert.match(error.message, /Copy the file to that path from another server .*TEMBO_MASTER_KEY_FILE/);
    return true;
  });
  assert.ok(!existsSync(second));
  copyFileSync(first, second);
  assert.equal((await open(second)).masterKeys.newestId(), id);
});

test("rejects a machine with a key of its own", async () => {
  const [first, second] = [onMachine(), onMachine()];
  const id = (await open(first)).masterKeys.newestId();
  await createOwnKey(second);
  await assert.rejects(open(second), new RegExp(`${second} does not contain the key ${id}, .*Copy the file`));
});

test("only one of several concurrent first starts on different machines creates a key", async () => {
  const files = Array.from({ length: 6 }, onMachine);
  const starts = await Promise.allSettled(files.map(open));
  assert.equal(starts.filter(({ status }) => status === "fulfilled").length, 1);
  const created = files.filter((file) => existsSync(file));
  assert.equal(created.length, 1);
  assert.equal(await t.store.secrets.currentMasterKey(), (await open(created[0]!)).masterKeys.newestId());
});

test("records the key of an existing installation at its next start", async () => {
  const file = onMachine();
  const { vault, masterKeys } = await createOwnKey(file);
  const sealed = vault.seal("value", context());
  await t.store.secrets.saveCredential(t.organizationId, credential, { version: 1, sealed });
  await assert.rejects(open(onMachine()), /is missing/);
  assert.equal(await t.store.secrets.currentMasterKey(), null);
  await open(file);
  assert.equal(await t.store.secrets.currentMasterKey(), masterKeys.newestId());
});

test("a server whose key file was not replaced after a rotation can store nothing, and does not start", async () => {
  const [first, second] = [onMachine(), onMachine()];
  await open(first);
  copyFileSync(first, second);
  const left = await open(second);
  const rotating = await open(first);
  const save = async ({ vault }: typeof left) =>
    t.store.secrets.saveCredential(t.organizationId, credential, {
      version: 1,
      sealed: vault.seal("value", context()),
    });
  await save(left);
  await rotateMasterKey({ store: t.store, ...rotating });
  assert.equal(await t.store.secrets.currentMasterKey(), rotating.masterKeys.newestId());
  await assert.rejects(save(left), /was replaced by a rotation/);
  await assert.rejects(open(second), /does not contain the key/);
  await save(rotating);
  copyFileSync(first, second);
  await save(left);
  await open(second);
});

test("every table with sealed values is listed, and rejects a replaced master key", async () => {
  const tablesOf = async (text: string) => {
    const { rows } = await t.database.pool.query<{ name: string }>(text);
    return rows.map(({ name }) => name).sort();
  };
  const listed = sealedColumns.map(({ table }) => table).sort();
  const withKey = `select table_name as name from information_schema.columns where column_name = 'master_key_id'`;
  const withTrigger = `select distinct event_object_table as name from information_schema.triggers
     where action_statement like '%refuse_replaced_master_key%'`;
  for (const text of [withKey, withTrigger]) assert.deepEqual(await tablesOf(text), listed);
});
