import { stat } from "node:fs/promises";
import { join } from "node:path";
import { AppError, type BlobPlacement, type Logger, paths } from "../core/base/index.ts";
import type { Store } from "../core/ports.ts";
import type { Outbound } from "../outbound/outbound.ts";
import type { BlobStore } from "./blob-store.ts";
import { createFolderBlobStore, objectsFolder } from "./folder-blob-store.ts";

export interface OpenBlobStore {
  readonly blobStore: BlobStore;
  /** Closes the connections. */
  close(): void;
}

/** Opens the configured blob store. Does not access it. Loads the S3 client only if it is used, because it is large. */
export async function openBlobStore(
  { dataDir, blobs }: { readonly dataDir: string; readonly blobs: BlobPlacement },
  parts: { readonly outbound: Outbound; readonly log: Logger },
): Promise<OpenBlobStore> {
  if (blobs.kind === "folder")
    return { blobStore: createFolderBlobStore(blobs.sharedPath ?? paths.blobs(dataDir)), close: () => {} };
  const { createS3BlobStore } = await import("./s3/s3-blob-store.ts");
  const blobStore = createS3BlobStore(blobs, parts);
  return { blobStore, close: () => blobStore.close() };
}

/**
 * Throws `unavailable` if the shared folder contains no objects although the database has blobs. The folder is then probably
 * not mounted, and sessions would continue without their files.
 */
export async function requireMounted(
  blobs: BlobPlacement,
  store: { readonly blobs: Pick<Store["blobs"], "hasAny"> },
): Promise<void> {
  if (blobs.kind !== "folder" || blobs.sharedPath === null || !(await store.blobs.hasAny())) return;
  const folder = join(blobs.sharedPath, objectsFolder);
  const isThere = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isThere) return;
  throw new AppError(
    "unavailable",
    `The blob folder ${blobs.sharedPath} does not contain the blobs of this database. Mount it, or correct TEMBO_BLOBS. If the blobs are lost, create the folder ${folder} to start without them.`,
  );
}
