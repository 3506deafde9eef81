import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BlobStore, StoredObject } from "../blobs/blob-store.ts";
import { createBlobs } from "../blobs/create-blobs.ts";
import { createFolderBlobStore } from "../blobs/folder-blob-store.ts";
import type { Blobs, RowBytes, Vault } from "../core/base/index.ts";
import { openVault } from "../vault/open-vault.ts";
import type { TestStore } from "./test-store.ts";

export interface TestBlobs extends AsyncDisposable {
  readonly blobs: Blobs;
  readonly blobStore: BlobStore;
  readonly vault: Vault;
  /** Folder with the objects. */
  readonly folder: string;
}

/** Creates blobs in a temporary folder, with a new master key. */
export async function openTestBlobs({
  store,
  clock,
}: Pick<TestStore, "store" | "clock">): Promise<TestBlobs> {
  const parent = await mkdtemp(join(tmpdir(), "tembo-blobs-"));
  const folder = join(parent, "blobs");
  const blobStore = createFolderBlobStore(folder);
  const { vault } = await openVault({ file: join(parent, "master.key"), usedKeyIds: async () => [] });
  return {
    blobs: createBlobs({ store, vault, clock, blobStore }),
    blobStore,
    vault,
    folder,
    [Symbol.asyncDispose]: () => rm(parent, { recursive: true }),
  };
}

export async function listAll(blobStore: BlobStore): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  for await (const page of blobStore.list()) found.push(...page);
  return found;
}

/** Keeps bytes in their row, whatever their size. */
export const keepInRow = async (bytes: Buffer): Promise<RowBytes> => ({ bytes, blobId: null });
