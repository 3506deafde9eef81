import type { BlobPlace, BlobSweep } from "../core/base/index.ts";
import type { Store } from "../core/ports.ts";
import { type BlobStore, keyOf, placeOf, type StoredObject } from "./blob-store.ts";

const atOnce = 500;

/** Creates the sweep of blobs. It has at most one page of rows or objects in memory. */
export function createBlobSweep(parts: {
  readonly store: Pick<Store, "blobs" | "transaction">;
  readonly blobStore: BlobStore;
}): BlobSweep {
  return {
    async sweep(before, signal) {
      // Rows first: if their objects cannot be deleted, the second part finds these.
      const blobs = await sweepRows(parts, before, signal);
      const objects = await sweepObjects(parts, before, signal);
      return { blobs, objects, uploads: await parts.blobStore.removeIncomplete(before) };
    },

    async findMissing(blobs, signal) {
      const missing: string[] = [];
      for (const blob of blobs) {
        signal.throwIfAborted();
        if ((await parts.blobStore.head(keyOf(blob))) === null) missing.push(blob.id);
      }
      // A blob that was removed in the meantime is not missing.
      return parts.store.blobs.existing(missing);
    },
  };
}

type Parts = Parameters<typeof createBlobSweep>[0];

async function sweepRows({ store, blobStore }: Parts, before: Date, signal: AbortSignal): Promise<number> {
  let count = 0;
  let afterId: string | null = null;
  for (;;) {
    signal.throwIfAborted();
    const ids: string[] = await store.blobs.listUnused(before, { afterId, limit: atOnce });
    const removed: BlobPlace[] = await store.transaction((tx) => tx.blobs.deleteUnused(ids));
    await blobStore.delete(removed.map(keyOf));
    count += removed.length;
    if (ids.length < atOnce) return count;
    afterId = ids.at(-1)!;
  }
}

async function sweepObjects({ store, blobStore }: Parts, before: Date, signal: AbortSignal): Promise<number> {
  let count = 0;
  for await (const page of blobStore.list()) {
    signal.throwIfAborted();
    // An upload stores its row after its object, so recent objects may not have a row yet.
    const old = page.filter(({ storedAt }) => storedAt < before);
    const unknown = new Set(await store.blobs.withoutRow(old.map(placeOfObject)));
    const orphans = old.filter((object) => unknown.has(placeOfObject(object).id)).map(({ key }) => key);
    await blobStore.delete(orphans);
    count += orphans.length;
  }
  return count;
}

/** `list` returns only objects with a valid key. */
const placeOfObject = ({ key }: StoredObject) => placeOf(key)!;
