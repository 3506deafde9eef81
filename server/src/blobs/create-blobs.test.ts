import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { rotateMasterKey } from "../core/access/index.ts";
import { type BlobRef, newId } from "../core/base/index.ts";
import { pollUntil } from "../runtime/poll-until.ts";
import { listAll, openTestBlobs, type TestBlobs } from "../testing/test-blobs.ts";
import { openTestStore, someTime, type TestStore } from "../testing/test-store.ts";
import { openVault } from "../vault/open-vault.ts";
import { keyOf } from "./blob-store.ts";
import { createBlobs } from "./create-blobs.ts";
import { createBlobSweep } from "./sweep-blobs.ts";

let t: TestStore;
let stored: TestBlobs;
const signal = new AbortController().signal;

before(async () => {
  t = await openTestStore();
  stored = await openTestBlobs(t);
});
after(async () => {
  await stored[Symbol.asyncDispose]();
  await t.drop();
});

async function* stream(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

const put = (words: string, organizationId = t.organizationId) =>
  stored.blobs.put({ organizationId, kind: "workspace" }, stream(words), { maxBytes: 1_000 });
const read = async (id: string, organizationId = t.organizationId) =>
  text(stored.blobs.get(organizationId, id));
const fileOf = ({ id }: BlobRef, organizationId = t.organizationId) =>
  join(stored.folder, keyOf({ organizationId, kind: "workspace", id }));
const objects = async () => (await listAll(stored.blobStore)).map(({ key }) => key);

/** Adds an attachment, which refers to the blob. */
async function refer({ id, sha256, sizeBytes }: BlobRef): Promise<string> {
  const attachmentId = newId();
  const file = { name: "n", mediaType: "text/plain", sha256, sizeBytes, blobId: id, createdAt: someTime };
  await t.store.attachments.insert({ id: attachmentId, organizationId: t.organizationId, ...file }, t.userId);
  return attachmentId;
}

test("stores encrypted bytes, and returns their size and SHA-256", async () => {
  const ref = await put("plain words");
  assert.deepEqual(ref, {
    id: ref.id,
    sizeBytes: 11,
    sha256: "fcfb09747001a6e80d289a03381a059d7771bc472c6320851e9371c009e36781",
  });
  assert.ok(!readFileSync(fileOf(ref)).includes("plain"));
  assert.equal(await read(ref.id), "plain words");
  const { rows } = await t.database.pool.query("select sealed_key from blobs where id = $1", [ref.id]);
  assert.ok(rows[0].sealed_key.length > 60);
});

test("stores nothing if there are too many bytes, the source fails or the caller aborts", async () => {
  const before = await objects();
  const owner = { organizationId: t.organizationId, kind: "layer" } as const;
  const limited = stored.blobs.put(owner, stream("12345", "67890", "1"), { maxBytes: 10 });
  await assert.rejects(limited, { code: "invalid_input" });
  async function* failing() {
    yield Buffer.from("x");
    throw new Error("gone");
  }
  await assert.rejects(stored.blobs.put(owner, failing(), { maxBytes: 10 }), /gone/);
  const aborted = new AbortController();
  async function* aborting() {
    yield Buffer.from("x");
    aborted.abort(new Error("stopped"));
    yield Buffer.from("y");
  }
  const options = { maxBytes: 10, signal: aborted.signal };
  await assert.rejects(stored.blobs.put(owner, aborting(), options), /stopped/);
  assert.deepEqual(await objects(), before);
  const { sizeBytes } = await stored.blobs.put(owner, stream("12345", "67890"), { maxBytes: 10 });
  assert.equal(sizeBytes, 10, "control");
});

test("returns a blob only to its organization", async () => {
  const [ours, other] = [await put("ours"), await t.addOrganization()];
  await assert.rejects(read(ours.id, other), { code: "not_found" });
  const theirs = await put("theirs", other);
  // An operator of the store swaps the objects.
  copyFileSync(fileOf(theirs, other), fileOf(ours));
  await assert.rejects(read(ours.id), { code: "internal" });
});

test("reports changed, cut and missing bytes", async () => {
  const ref = await put("some words");
  truncateSync(fileOf(ref), 20);
  await assert.rejects(read(ref.id), { code: "internal", message: /incomplete.*backup/ });
  rmSync(fileOf(ref));
  await assert.rejects(read(ref.id), { code: "not_found", message: /are missing.*backup/ });
  await stored.blobs.remove([ref.id]);
  await assert.rejects(read(ref.id), { code: "not_found", message: /does not exist/ });
});

test("removes only blobs that no row refers to, and does not fail when repeated", async () => {
  const [used, unused] = [await put("used"), await put("unused")];
  const attachmentId = await refer(used);
  await stored.blobs.remove([used.id, unused.id]);
  await stored.blobs.remove([used.id, unused.id, newId()]);
  assert.equal(await read(used.id), "used");
  assert.equal(existsSync(fileOf(unused)), false);
  await t.store.transaction((tx) => tx.attachments.deleteUnused([attachmentId]));
  await stored.blobs.remove([used.id]);
  await assert.rejects(read(used.id), { code: "not_found" });
});

test("keeps a blob that another transaction begins to use during its removal", async () => {
  const ref = await put("wanted");
  const attachmentId = newId();
  let removing: Promise<void> | undefined;
  await t.store.transaction(async (tx) => {
    const file = {
      name: "n",
      mediaType: "text/plain",
      sha256: ref.sha256,
      sizeBytes: 6,
      createdAt: someTime,
    };
    await tx.attachments.insert(
      { id: attachmentId, organizationId: t.organizationId, blobId: ref.id, ...file },
      t.userId,
    );
    removing = stored.blobs.remove([ref.id]);
    const isWaiting = async () =>
      (await t.database.pool.query("select from pg_locks where not granted")).rowCount !== 0;
    await pollUntil(isWaiting, { every: 10, timeoutMs: 20_000 });
  });
  await removing;
  assert.equal(await read(ref.id), "wanted");
});

test("sweeps old blobs without owners and old objects without rows", async () => {
  const [used, unused, lost] = [await put("used"), await put("unused"), await put("lost")];
  await refer(used);
  await t.database.pool.query("delete from blobs where id = $1", [lost.id]);
  const { sweep } = createBlobSweep({ store: t.store, blobStore: stored.blobStore });
  const early = await sweep(new Date(someTime.getTime() - 1), signal);
  assert.deepEqual(early, { blobs: 0, objects: 0, uploads: 0 });
  const later = new Date(Date.now() + 60_000);
  const { blobs, objects: count } = await sweep(later, signal);
  assert.ok(blobs >= 1 && count === 1, `${blobs} blobs, ${count} objects`);
  assert.equal(await read(used.id), "used");
  await assert.rejects(read(unused.id), { code: "not_found" });
  assert.equal(existsSync(fileOf(lost)), false);
  assert.deepEqual(await sweep(later, signal), { blobs: 0, objects: 0, uploads: 0 });
});

test("keeps the objects of another installation that uses the same blob store", async () => {
  const other = { id: newId(), organizationId: newId(), kind: "artifact" } as const;
  await stored.blobStore.put(keyOf(other), stream("theirs"));
  const { sweep } = createBlobSweep({ store: t.store, blobStore: stored.blobStore });
  const { objects } = await sweep(new Date(Date.now() + 60_000), signal);
  assert.equal(objects, 0);
  assert.notEqual(await stored.blobStore.head(keyOf(other)), null);
  await stored.blobStore.delete([keyOf(other)]);
});

test("continues the sweep after more than a page of blobs that are in use", async () => {
  const pages = { unused: Array.from({ length: 1_201 }, () => newId()).sort(), calls: 0, removed: 0 };
  const { sweep } = createBlobSweep({
    store: {
      blobs: {
        listUnused: async (_: Date, { afterId, limit }: { afterId: string | null; limit: number }) => {
          pages.calls += 1;
          return pages.unused.filter((id) => afterId === null || id > afterId).slice(0, limit);
        },
        withoutRow: async () => [],
      },
      // Another transaction has begun to use every blob.
      transaction: async () => [],
    } as unknown as TestStore["store"],
    blobStore: stored.blobStore,
  });
  assert.equal((await sweep(new Date(0), signal)).blobs, 0);
  assert.equal(pages.calls, 3);
});

test("keeps blobs readable after a rotation of the master key, without changing their objects", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-blob-rotation-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const own = await openTestStore();
  context.after(() => own.drop());
  const file = join(folder, "master.key");
  const open = () => openVault({ file, usedKeyIds: () => own.store.secrets.masterKeyIds() });
  const { blobStore } = stored;
  const blobsNow = async () =>
    createBlobs({ store: own.store, vault: (await open()).vault, clock: own.clock, blobStore });
  const owner = { organizationId: own.organizationId, kind: "artifact" } as const;
  const ids: string[] = [];
  for (const words of ["a", "b", "c"])
    ids.push((await (await blobsNow()).put(owner, stream(words), { maxBytes: 9 })).id);
  const stat = () => Promise.all(ids.map((id) => blobStore.head(keyOf({ ...owner, id }))));
  const before = { keys: await own.store.secrets.masterKeyIds(), objects: await stat() };
  const rotation = await rotateMasterKey({ store: own.store, ...(await open()) }, 2);
  assert.deepEqual(rotation, { rewrapped: 3, isResumed: false });
  assert.notDeepEqual(await own.store.secrets.masterKeyIds(), before.keys);
  assert.deepEqual(await stat(), before.objects);
  const blobs = await blobsNow();
  const words = ids.map(async (id) => text(blobs.get(own.organizationId, id)));
  assert.deepEqual(await Promise.all(words), ["a", "b", "c"]);
});
