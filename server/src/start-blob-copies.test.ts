import assert from "node:assert/strict";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import type { BlobStore } from "./blobs/blob-store.ts";
import { createBlobs } from "./blobs/create-blobs.ts";
import { createFolderBlobStore } from "./blobs/folder-blob-store.ts";
import { openBlobStore } from "./blobs/open-blob-store.ts";
import { createBucket, missingCeph, startCeph } from "./blobs/s3/testing/start-ceph.ts";
import { parseConfig, thisMachine } from "./config.ts";
import { createOutbound } from "./outbound/outbound.ts";
import { runBackup } from "./start-backup.ts";
import { runRestore } from "./start-restore.ts";
import { createEmptyDatabase, createInstallation, waitForLock } from "./testing/installation-to-back-up.ts";
import { listAll } from "./testing/test-blobs.ts";
import { openVault } from "./vault/open-vault.ts";

type Settings = Readonly<Record<string, string>>;

const log = { info: () => {}, warn: () => {}, error: () => {} };

/** Opens the store of the settings. */
async function openStore(t: TestContext, dataDir: string, settings: Settings): Promise<BlobStore> {
  const config = parseConfig({ TEMBO_DATA_DIR: dataDir, ...settings }, thisMachine());
  const outbound = createOutbound({ log, privateHosts: config.privateHosts });
  const { blobStore, close } = await openBlobStore(config, { outbound, log });
  t.after(close);
  return blobStore;
}

/** Creates an installation with two blobs in the store of the settings. */
async function withBlobs(t: TestContext, settings: Settings) {
  const installation = await createInstallation(t);
  const { store, folder, dataDir } = installation;
  const blobStore = await openStore(t, dataDir, settings);
  const { vault } = await openVault({ file: join(folder, "master.key"), usedKeyIds: async () => [] });
  const blobs = createBlobs({ ...store, vault, blobStore });
  const put = (text: string) =>
    blobs.put(
      { organizationId: store.organizationId, kind: "attachment" },
      (async function* () {
        yield Buffer.from(text);
      })(),
      { maxBytes: 100 },
    );
  const ids = [(await put("first")).id, (await put("second")).id];
  /** Reads both blobs from another store. */
  const readFrom = async (other: BlobStore) => {
    const copies = createBlobs({ ...store, vault, blobStore: other });
    return Promise.all(
      ids.map(async (id) => (await buffer(copies.get(store.organizationId, id))).toString()),
    );
  };
  return { ...installation, blobStore, readFrom, settings };
}

const texts = ["first", "second"];

/** Restores a backup with its objects to a new installation with other settings, and checks that it has the objects. */
async function checkCopy(
  t: TestContext,
  { envOf, file, readFrom }: Awaited<ReturnType<typeof withBlobs>>,
  { path, settings, place }: { path: string; settings: Settings; place: string },
): Promise<BlobStore> {
  const target = await createEmptyDatabase(t);
  const { blobs } = await runRestore({ ...envOf(path, target.url), ...settings }, { file });
  assert.deepEqual(blobs, { place, included: 2, missing: 0 });
  const restored = await openStore(t, path, settings);
  assert.deepEqual(await readFrom(restored), texts);
  return restored;
}

test("a backup names the shared folder on which it depends, or includes its objects", {
  timeout: 120_000,
}, async (t) => {
  const shared = `/tmp/tembo-shared-${process.pid}`;
  t.after(() => rm(shared, { recursive: true }));
  const settings = { TEMBO_BLOBS: `file://${shared}/one` };
  const source = await withBlobs(t, settings);
  const { folder, file, env, envOf } = source;
  const without = join(folder, "without.tar");
  const place = `file://${shared}/one`;
  const depends = { place, included: null, missing: 0 };
  assert.deepEqual((await runBackup({ ...env, ...settings }, { file: without })).blobs, depends);
  const target = await createEmptyDatabase(t);
  const other = { TEMBO_BLOBS: `file://${shared}/two` };
  const path = join(folder, "without");
  const { blobs } = await runRestore({ ...envOf(path, target.url), ...other }, { file: without });
  assert.deepEqual(blobs, depends);
  await assert.rejects(stat(join(shared, "two")), { code: "ENOENT" });

  const result = await runBackup({ ...env, ...settings }, { file, withBlobs: true });
  assert.deepEqual(result.blobs, { place, included: 2, missing: 0 });
  await checkCopy(t, source, { path: join(folder, "a"), settings: other, place: `file://${shared}/two` });
  const local = join(folder, "b");
  await checkCopy(t, source, { path: local, settings: {}, place: join(local, "blobs") });

  // A store that already has the objects keeps them.
  const same = await createEmptyDatabase(t);
  const [first] = await listAll(source.blobStore);
  await runRestore({ ...envOf(join(folder, "c"), same.url), ...settings }, { file });
  assert.deepEqual((await listAll(source.blobStore))[0], first);

  await source.blobStore.delete([first!.key]);
  await rm(file);
  const incomplete = await runBackup({ ...env, ...settings }, { file, withBlobs: true });
  assert.deepEqual(incomplete.blobs, { place, included: 1, missing: 1 });
});

test("a backup contains the objects that the server deletes during it", { timeout: 120_000 }, async (t) => {
  const shared = `/tmp/tembo-deleted-${process.pid}`;
  t.after(() => rm(shared, { recursive: true }));
  const settings = { TEMBO_BLOBS: `file://${shared}` };
  const source = await withBlobs(t, settings);
  const { folder, file, env, blobStore } = source;
  const { pool } = source.store.database;
  // The dump waits for this lock. The first copy of the objects is complete then.
  const other = await pool.connect();
  await other.query("begin; lock table workers in access exclusive mode");
  const backup = runBackup({ ...env, ...settings }, { file, withBlobs: true });
  await waitForLock(pool);
  await blobStore.delete((await listAll(blobStore)).map(({ key }) => key));
  await other.query("rollback");
  other.release();
  assert.equal((await backup).blobs?.included, 2);
  await checkCopy(t, source, { path: join(folder, "a"), settings: {}, place: join(folder, "a", "blobs") });
  await assert.rejects(source.readFrom(blobStore), "control: the store lacks them");
});

test("moves the blobs of a data folder to the store of the new settings", { timeout: 120_000 }, async (t) => {
  const source = await withBlobs(t, {});
  const { folder, file, env } = source;
  assert.equal((await runBackup(env, { file })).blobs, null);
  const place = `file://${folder}/shared`;
  const path = join(folder, "restored");
  await checkCopy(t, source, { path, settings: { TEMBO_BLOBS: place }, place });
  assert.ok(!(await readdir(path)).includes("blobs"));
  await assert.rejects(source.readFrom(createFolderBlobStore(join(folder, "none"))), "control");
});

test("copies the objects of a bucket through a backup to another bucket", {
  timeout: 240_000,
  skip: missingCeph(),
}, async (t) => {
  const ceph = await startCeph();
  t.after(() => ceph[Symbol.asyncDispose]());
  for (const name of ["source", "target"]) await createBucket(ceph, name);
  const settingsOf = (bucket: string) => ({
    TEMBO_BLOBS: `s3://${bucket}/blobs`,
    TEMBO_S3_ENDPOINT: ceph.endpoint,
    TEMBO_S3_ACCESS_KEY_ID: ceph.credentials.accessKeyId,
    TEMBO_S3_SECRET_ACCESS_KEY: ceph.credentials.secretAccessKey,
  });
  const source = await withBlobs(t, settingsOf("source"));
  const { folder, file, env } = source;
  const result = await runBackup({ ...env, ...settingsOf("source") }, { file, withBlobs: true });
  const placeOf = (bucket: string) => `s3://${bucket}/blobs at ${ceph.endpoint}`;
  assert.deepEqual(result.blobs, { place: placeOf("source"), included: 2, missing: 0 });
  const path = join(folder, "restored");
  await checkCopy(t, source, { path, settings: settingsOf("target"), place: placeOf("target") });
  assert.equal((await listAll(source.blobStore)).length, 2, "the source keeps its objects");
});
