import { type Logger, paths } from "../core/base/index.ts";
import type { Outbound } from "../outbound/outbound.ts";
import type { BlobStore } from "./blob-store.ts";
import { createFolderBlobStore } from "./folder-blob-store.ts";
import { createS3BlobStore } from "./s3/s3-blob-store.ts";
import type { S3Options } from "./s3/s3-client.ts";

export interface OpenBlobStore {
  readonly blobStore: BlobStore;
  /** Closes the connections. */
  close(): void;
}

/** Opens the configured blob store. Does not access it. */
export function openBlobStore(
  config: {
    readonly dataDir: string;
    readonly blobs:
      | { readonly kind: "folder"; readonly sharedPath: string | null }
      | ({ readonly kind: "s3" } & S3Options);
  },
  parts: { readonly outbound: Outbound; readonly log: Logger },
): OpenBlobStore {
  if (config.blobs.kind === "folder") {
    const folder = config.blobs.sharedPath ?? paths.blobs(config.dataDir);
    return { blobStore: createFolderBlobStore(folder), close: () => {} };
  }
  const blobStore = createS3BlobStore(config.blobs, parts);
  return { blobStore, close: () => blobStore.close() };
}
