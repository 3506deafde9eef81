import { createHash, randomBytes } from "node:crypto";
import {
  AppError,
  type BlobPlace,
  type BlobRecord,
  type Blobs,
  type Clock,
  newId,
  type SealContext,
  type Vault,
} from "../core/base/index.ts";
import type { Store } from "../core/ports.ts";
import { type BlobStore, keyOf } from "./blob-store.ts";
import { openFrames, sealedBytes, sealFrames } from "./sealed-frames.ts";

const keyBytes = 32;

export interface BlobsOptions {
  readonly store: Pick<Store, "blobs" | "transaction">;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly blobStore: BlobStore;
}

/** Encrypts blobs and stores their bytes in the blob store and their rows, with their sealed keys, in the database. */
export function createBlobs({ store, vault, clock, blobStore }: BlobsOptions): Blobs {
  return {
    async put({ organizationId, kind }, bytes, { maxBytes, signal }) {
      const place: BlobPlace = { id: newId(), organizationId, kind };
      const key = randomBytes(keyBytes);
      const measured = new MeasuredBytes(bytes, maxBytes);
      // The object is complete before its row exists, so that every row has its bytes.
      await blobStore.put(keyOf(place), sealFrames(key, place, measured), signal);
      const ref = { id: place.id, sizeBytes: measured.sizeBytes, sha256: measured.sha256() };
      const createdAt = clock.now();
      const blob: BlobRecord = { ...place, ...ref, storedBytes: sealedBytes(ref.sizeBytes), createdAt };
      await store.transaction(async (tx) => {
        await tx.secrets.lockMasterKeys("use");
        await tx.blobs.insert(blob, vault.seal(key.toString("base64"), contextOf(place)));
      });
      return ref;
    },

    async *get(organizationId, id, signal) {
      const found = await store.blobs.find(organizationId, id);
      if (found === null) throw noSuchBlob(id);
      const { blob, sealedKey } = found;
      const key = Buffer.from(vault.open(sealedKey, contextOf(blob)), "base64");
      const stored = blobStore.get(keyOf(blob), { ...(signal !== undefined && { signal }) });
      try {
        yield* openFrames(key, blob, stored);
      } catch (cause) {
        if (!(cause instanceof AppError && cause.code === "not_found")) throw cause;
        // The blob may have been removed since its row was read.
        if ((await store.blobs.find(organizationId, id)) === null) throw noSuchBlob(id);
        throw new AppError(
          "not_found",
          `The bytes of blob ${id} are missing. Restore the blob store from your backup.`,
          { cause },
        );
      }
    },

    async remove(ids) {
      const removed = await store.transaction((tx) => tx.blobs.deleteUnused(ids));
      await blobStore.delete(removed.map(keyOf));
    },
  };
}

const contextOf = ({ organizationId, id }: BlobPlace): SealContext => ({
  organizationId,
  name: `blob:${id}`,
  version: 1,
});

const noSuchBlob = (id: string) => new AppError("not_found", `Blob ${id} does not exist.`);

/** Passes bytes on, and counts and hashes them. Throws `invalid_input` above the limit. */
class MeasuredBytes implements AsyncIterable<Uint8Array> {
  readonly #bytes: AsyncIterable<Uint8Array>;
  readonly #maxBytes: number;
  readonly #hash = createHash("sha256");
  sizeBytes = 0;

  constructor(bytes: AsyncIterable<Uint8Array>, maxBytes: number) {
    this.#bytes = bytes;
    this.#maxBytes = maxBytes;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#bytes) {
      this.sizeBytes += chunk.byteLength;
      if (this.sizeBytes > this.#maxBytes)
        throw new AppError("invalid_input", `The content is larger than ${this.#maxBytes} bytes.`);
      this.#hash.update(chunk);
      yield chunk;
    }
  }

  sha256(): string {
    return this.#hash.digest("hex");
  }
}
