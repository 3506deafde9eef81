/** Where the bytes of attachments lie, each stored once under the SHA-256 (hex) of them. */
export interface AttachmentFiles {
  /** Takes bytes in, for nobody to see until they are kept. Throws `invalid_input` when there are more than `maxBytes`. */
  receive(bytes: AsyncIterable<Uint8Array>, maxBytes: number): Promise<ReceivedBytes>;
  /** Throws `not_found` when they are gone. */
  read(sha256: string): Promise<Buffer>;
  /** Forgets what was being received before, by a process that died. */
  removeAbandoned(before: Date): Promise<void>;
  /** Idempotent. */
  remove(sha256: string): Promise<void>;
}

export interface ReceivedBytes {
  readonly sha256: string;
  readonly sizeBytes: number;
  /** The first 16 bytes, or what there is. */
  readonly head: Buffer;
  /** Stores them for good; the same bytes again change nothing. Idempotent. */
  keep(): Promise<void>;
  /** Forgets what was not kept. Idempotent. */
  discard(): Promise<void>;
}
