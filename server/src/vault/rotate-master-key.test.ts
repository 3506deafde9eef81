import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { rotateMasterKey, type Secret } from "../core/access/index.ts";
import { newId, type SealContext } from "../core/base/index.ts";
import type { Queries } from "../core/ports.ts";
import { openTestStore, someTime, type TestStore } from "../testing/test-store.ts";
import { openSharedVault } from "./open-shared-vault.ts";

let t: TestStore;
let file: string;
const folder = mkdtempSync(join(tmpdir(), "tembo-rotate-"));
let count = 0;

before(async () => {
  t = await openTestStore();
});
beforeEach(async () => {
  await forgetKeys();
  file = join(folder, `${count++}.key`);
});
after(async () => {
  await t.drop();
  rmSync(folder, { recursive: true });
});

const forgetKeys = () => t.database.pool.query("truncate secrets, master_keys");
const open = () => openSharedVault({ file, store: t.store });
const contextOf = (key: string): SealContext => ({
  organizationId: t.organizationId,
  name: `secret:${key}`,
  version: 1,
});

function aSecret(key: string): Secret {
  const id = newId();
  return {
    id,
    organizationId: t.organizationId,
    key,
    version: 1,
    binding: null,
    createdAt: someTime,
    updatedAt: someTime,
  };
}

async function add(queries: Queries, key: string, vault = open()) {
  const sealed = (await vault).vault.seal(`value of ${key}`, contextOf(key));
  return () => queries.secrets.insert(aSecret(key), sealed);
}

async function addFive(): Promise<void> {
  for (const key of ["A", "B", "C", "D", "E"]) await (await add(t.store, key))();
}

/** Decrypts every row with the current file and database, like a newly started process. */
async function allValues(): Promise<string[]> {
  const { vault } = await open();
  const rows = await t.store.secrets.listSealed(t.organizationId);
  return rows.map(({ secret, sealed }) => vault.open(sealed, contextOf(secret.key)));
}

const five = ["A", "B", "C", "D", "E"].map((key) => `value of ${key}`);
const keyCount = () => readFileSync(file, "utf8").match(/^tembo-master-key/gm)?.length;

test("wraps every value with the new key, and removes the old keys from the file", async () => {
  await addFive();
  const old = await t.store.secrets.masterKeyIds();
  const rotation = await rotateMasterKey({ store: t.store, ...(await open()) }, 2);
  assert.deepEqual(rotation, { rewrapped: 5, isResumed: false });
  const now = await t.store.secrets.masterKeyIds();
  assert.equal(now.length, 1);
  assert.notDeepEqual(now, old);
  assert.equal(keyCount(), 1);
  assert.deepEqual(await allValues(), five);
});

test("rotates the key even if there are no rows", async () => {
  const vault = await open();
  const old = vault.masterKeys.newestId();
  assert.deepEqual(await rotateMasterKey({ store: t.store, ...vault }), { rewrapped: 0, isResumed: false });
  assert.notEqual(vault.masterKeys.newestId(), old);
});

test("keeps every value readable if a rotation is killed at any point and run again", async () => {
  let isKilled = true;
  let kills = 0;
  for (let last = 1; isKilled; last++) {
    await forgetKeys();
    rmSync(file, { force: true });
    await addFive();
    isKilled = (await rotateAndDie(last)) === "SIGKILL";
    if (isKilled) kills++;
    assert.deepEqual(await allValues(), five, `killed before act ${last}`);
    await rotateMasterKey({ store: t.store, ...(await open()) }, 2);
    assert.deepEqual(await allValues(), five, `killed before act ${last}, then repeated`);
    assert.equal(keyCount(), 1);
  }
  assert.ok(kills >= 20, `${kills} kills`);
});

async function rotateAndDie(last: number): Promise<NodeJS.Signals | null> {
  const program = fileURLToPath(new URL("../testing/rotate-and-die.ts", import.meta.url));
  const child = spawn(process.execPath, [program, t.database.url, file, String(last)], { stdio: "inherit" });
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  assert.ok(code === 0 || signal === "SIGKILL", `exited with ${code}`);
  return signal;
}

test("concurrent rotations lose no values", async () => {
  await addFive();
  const vaults = [await open(), await open(), await open()];
  await Promise.all(vaults.map((vault) => rotateMasterKey({ store: t.store, ...vault }, 1)));
  assert.deepEqual(await allValues(), five);
  assert.equal(keyCount(), 1);
});

test("waits for a seal that holds the key lock; without the lock, the value is rejected", async () => {
  await addFive();
  const server = await open();
  const rotating = await open();
  let rotation: Promise<unknown> | undefined;
  await t.store.transaction(async (tx) => {
    await tx.secrets.lockMasterKeys("use");
    const insert = await add(tx, "F", Promise.resolve(server));
    rotation ??= rotateMasterKey({ store: t.store, ...rotating });
    await insert();
  });
  await rotation;
  assert.deepEqual(await allValues(), [...five, "value of F"]);

  const insert = await add(t.store, "G", Promise.resolve(server));
  await rotateMasterKey({ store: t.store, ...rotating });
  await assert.rejects(
    insert(),
    /The master key \w{16} was replaced by a rotation, .* Copy the master key file/,
  );
});
