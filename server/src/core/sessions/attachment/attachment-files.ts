/** Storage for the bytes of attachments. Each content is stored once, by its SHA-256 (hex). */
export interface AttachmentFiles {
  /** Receives bytes, which stay invisible until `keep`. Throws `invalid_input` if there are more than `maxBytes`. */
  receive(bytes: AsyncIterable<Uint8Array>, maxBytes: number): Promise<ReceivedBytes>;
  /** Throws `not_found` if the bytes no longer exist. */
  read(sha256: string): Promise<Buffer>;
  /** Removes incomplete uploads from before `before`, which a dead process has left. */
  removeAbandoned(before: Date): Promise<void>;
  /** Removes the bytes. Idempotent. */
  remove(sha256: string): Promise<void>;
}

export interface ReceivedBytes {
  readonly sha256: string;
  readonly sizeBytes: number;
  /** The first 16 bytes, or all of a shorter file. */
  readonly head: Buffer;
  /** Stores the bytes permanently. Storing the same content again changes nothing. Idempotent. */
  keep(): Promise<void>;
  /** Discards the bytes unless they were kept. Idempotent. */
  discard(): Promise<void>;
}
