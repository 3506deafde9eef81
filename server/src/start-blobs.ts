import { createBlobs } from "./blobs/create-blobs.ts";
import { moveOldAttachments } from "./blobs/move-old-attachments.ts";
import { openBlobStore, requireMounted } from "./blobs/open-blob-store.ts";
import { createBlobSweep } from "./blobs/sweep-blobs.ts";
import type { Config } from "./config.ts";
import { type BlobSweep, type Blobs, type Logger, systemClock, type Vault } from "./core/base/index.ts";
import type { Store } from "./core/ports.ts";
import type { Outbound } from "./outbound/outbound.ts";

export interface StartedBlobs {
  readonly blobs: Blobs;
  readonly blobSweep: BlobSweep;
  /** Closes the connections. */
  close(): void;
}

/**
 * Opens the blob store, and moves the attachments of an earlier version to it. Throws `unavailable` if a shared folder is not
 * mounted.
 */
export async function startBlobs(
  config: Pick<Config, "blobs" | "dataDir">,
  parts: {
    readonly store: Store;
    readonly vault: Vault;
    readonly outbound: Outbound;
    readonly log: Logger;
  },
): Promise<StartedBlobs> {
  const { store, vault, log } = parts;
  const { blobStore, close } = await openBlobStore(config, parts);
  try {
    await requireMounted(config.blobs, store);
    const blobs = createBlobs({ store, vault, clock: systemClock, blobStore });
    await moveOldAttachments({ store, blobs, dataDir: config.dataDir, log });
    return { blobs, blobSweep: createBlobSweep({ store, blobStore }), close };
  } catch (cause) {
    close();
    throw cause;
  }
}
