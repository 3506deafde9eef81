/** Kind of data that a blob contains. */
export type BlobKind = "workspace" | "attachment" | "artifact" | "protocol" | "layer";

/** Parts of the key under which the bytes of a blob are stored. */
export interface BlobPlace {
  readonly id: string;
  readonly organizationId: string;
  readonly kind: BlobKind;
}

export interface BlobRef {
  readonly id: string;
  /** Size of the plain bytes. */
  readonly sizeBytes: number;
  /** SHA-256 of the plain bytes, in hex. */
  readonly sha256: string;
}

/**
 * Storage for large, immutable byte sequences, which all machines share. Each blob is encrypted for one organization. A
 * row refers to a blob with a foreign key; see `blobOwners` in the store.
 */
export interface Blobs {
  /**
   * Stores the bytes under a new ID. A blob that no row refers to is removed after a day. Throws `invalid_input` if
   * there are more than `maxBytes`, or `unavailable` if the store cannot be used. After an error or an abort, nothing
   * of the blob can be read.
   */
  put(
    owner: { readonly organizationId: string; readonly kind: BlobKind },
    bytes: AsyncIterable<Uint8Array>,
    options: { readonly maxBytes: number; readonly signal?: AbortSignal },
  ): Promise<BlobRef>;
  /**
   * Yields the plain bytes. Each frame is verified before its first byte is returned. Throws `not_found` if the
   * organization has no such blob or its bytes are missing, `internal` if they were changed or belong to another blob,
   * or `unavailable` if the store cannot be used.
   */
  get(organizationId: string, id: string, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** Removes the blobs to which no row refers. Leaves the others. Idempotent. */
  remove(ids: readonly string[]): Promise<void>;
}

/** Removal of the blobs that a crash or a deleted owner left behind. */
export interface BlobSweep {
  /**
   * Removes blobs to which no row refers, objects without a row and unfinished uploads, if they are older than `before`.
   * Concurrent calls of `put` that started after `before` are not affected. Safe to repeat. Returns the numbers of
   * removed blobs, objects and uploads.
   */
  sweep(
    before: Date,
    signal: AbortSignal,
  ): Promise<{ readonly blobs: number; readonly objects: number; readonly uploads: number }>;
  /** Returns the IDs of those blobs that have a row and whose bytes are missing. */
  findMissing(blobs: readonly BlobPlace[], signal: AbortSignal): Promise<string[]>;
}
