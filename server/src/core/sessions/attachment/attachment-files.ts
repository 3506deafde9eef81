/** Storage for the bytes of attachments. Identical contents are stored once, by their SHA-256 (hex). */
export interface AttachmentFiles {
  /**
   * Receives bytes, which cannot be read before `keep` is called. Throws `invalid_input` if there are more than
   * `maxBytes`.
   */
  receive(bytes: AsyncIterable<Uint8Array>, maxBytes: number): Promise<ReceivedBytes>;
  /** Reads the bytes. Throws `not_found` if they no longer exist. */
  read(sha256: string): Promise<Buffer>;
  /** Removes incomplete uploads whose last write was before `before`, which a dead process left behind. */
  removeAbandoned(before: Date): Promise<void>;
  /** Removes the bytes. Idempotent. */
  remove(sha256: string): Promise<void>;
}

export interface ReceivedBytes {
  readonly sha256: string;
  readonly sizeBytes: number;
  /** First 16 bytes, or all bytes of a shorter file. */
  readonly head: Buffer;
  /** Stores the bytes, so that `read` finds them. Idempotent, even if another upload has stored the same content. */
  keep(): Promise<void>;
  /** Discards the bytes unless they were kept. Idempotent. */
  discard(): Promise<void>;
}
