/** Compresses the archives of saved files. */
export interface Compression {
  /** Compresses bytes. Rethrows the source's error. */
  compress(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Buffer>;
  /** Restores compressed bytes. Does not limit their size. Throws if the bytes are not valid, and rethrows the source's error. */
  decompress(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Buffer>;
}
