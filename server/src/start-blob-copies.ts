import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { createZstdDecompress } from "node:zlib";
import type pg from "pg";
import { copyRowsOut } from "./backup/copy-rows.ts";
import { type BlobStore, keyOf } from "./blobs/blob-store.ts";
import { createFolderBlobStore } from "./blobs/folder-blob-store.ts";
import { openBlobStore } from "./blobs/open-blob-store.ts";
import type { Config } from "./config.ts";
import { AppError, type BlobKind, type BlobPlacement } from "./core/base/index.ts";
import { createOutbound } from "./outbound/outbound.ts";

type Place = Pick<Config, "blobs" | "dataDir" | "privateHosts">;

/** Returns the blob store outside the data folder, such as `s3://bucket/prefix`, or null if blobs are files of the data folder. */
export function describeBlobPlace(blobs: BlobPlacement): string | null {
  if (blobs.kind === "folder") return blobs.sharedPath === null ? null : `file://${blobs.sharedPath}`;
  const path = [blobs.bucket, blobs.prefix].filter((part) => part !== "").join("/");
  return `s3://${path}${blobs.endpoint === null ? "" : ` at ${blobs.endpoint}`}`;
}

/** Lists the blobs of the database in a new file. */
export async function listBlobs(client: pg.ClientBase, file: string): Promise<void> {
  await copyRowsOut(client, "copy (select organization_id, kind, id from public.blobs) to stdout", file);
}

/**
 * Copies the objects of the listed blobs from the store to a folder, unless the folder has them. Returns the number of the listed objects in the
 * folder, and of those that the store lacks.
 */
export async function exportBlobs(
  place: Place,
  list: string,
  to: string,
): Promise<{ readonly included: number; readonly missing: number }> {
  const target = createFolderBlobStore(to);
  const counts = { included: 0, missing: 0 };
  await withStore(place, async (store) => {
    const lines = createZstdDecompress();
    createReadStream(list)
      .on("error", (cause) => lines.destroy(cause))
      .pipe(lines);
    for await (const line of createInterface({ input: lines })) {
      const [organizationId, kind, id] = line.split("\t");
      const key = keyOf({ organizationId: organizationId!, kind: kind as BlobKind, id: id! });
      const isThere = (await target.head(key)) !== null || (await copyObject(key, store, target));
      counts[isThere ? "included" : "missing"] += 1;
    }
  });
  return counts;
}

/** Copies the objects in a folder to the store of the settings. Keeps objects that the store already has. Returns their number. */
export function importBlobs(place: Place, folder: string): Promise<number> {
  const source = createFolderBlobStore(folder);
  return withStore(place, async (store) => {
    let count = 0;
    for await (const page of source.list())
      for (const { key, sizeBytes } of page) {
        if ((await store.head(key))?.sizeBytes !== sizeBytes) await store.put(key, source.get(key));
        count += 1;
      }
    return count;
  });
}

/** Copies an object. Returns false if the source does not have it. */
async function copyObject(key: string, source: BlobStore, target: BlobStore): Promise<boolean> {
  try {
    await target.put(key, source.get(key));
    return true;
  } catch (cause) {
    if (cause instanceof AppError && cause.code === "not_found") return false;
    throw cause;
  }
}

async function withStore<T>(place: Place, work: (store: BlobStore) => Promise<T>): Promise<T> {
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const outbound = createOutbound({ log, privateHosts: place.privateHosts });
  const { blobStore, close } = await openBlobStore(place, { outbound, log });
  try {
    return await work(blobStore);
  } finally {
    close();
  }
}
