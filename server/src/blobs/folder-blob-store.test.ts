import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { newId } from "../core/base/index.ts";
import { keyOf } from "./blob-store.ts";
import { blobStoreContract } from "./blob-store-contract.ts";
import { createFolderBlobStore } from "./folder-blob-store.ts";

const aKey = () => keyOf({ organizationId: newId(), kind: "workspace", id: newId() });

async function* stream(words: string) {
  yield Buffer.from(words);
}

blobStoreContract(async () => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-blob-store-"));
  return {
    blobStore: createFolderBlobStore(folder),
    async leaveUnfinished() {
      mkdirSync(join(folder, "incoming"), { recursive: true });
      writeFileSync(join(folder, "incoming", newId()), "half");
    },
    [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true }),
  };
}, {});

test("protects objects from other users, and never replaces one", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-blob-store-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const store = createFolderBlobStore(join(folder, "blobs"));
  const key = aKey();
  await store.put(key, stream("first"));
  assert.equal(statSync(join(folder, "blobs")).mode & 0o077, 0);
  assert.equal(statSync(join(folder, "blobs", key)).mode & 0o077, 0);
  await assert.rejects(store.put(key, stream("second")));
  assert.equal((await store.head(key))?.sizeBytes, 5);
  assert.deepEqual(readdirSync(join(folder, "blobs/incoming")), []);
});

test("explains a folder that cannot be used", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-blob-store-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "blobs"), "a file");
  const store = createFolderBlobStore(join(folder, "blobs"));
  const expected = { code: "unavailable", message: /The blob folder .* cannot be used: ENOTDIR/ };
  await assert.rejects(store.put(aKey(), stream("x")), expected);
});
