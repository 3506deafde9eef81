/** Collects the beginning of a stream, at most `maxBytes` of it. */
export class BoundedBuffer {
  readonly #maxBytes: number;
  readonly #chunks: Uint8Array[] = [];
  #size = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Keeps what fits of the chunk. Returns false when a part of it did not. */
  add(chunk: Uint8Array): boolean {
    const leftBytes = this.#maxBytes - this.#size;
    const kept = chunk.byteLength <= leftBytes ? chunk : chunk.subarray(0, leftBytes);
    if (kept.byteLength > 0) this.#chunks.push(kept);
    this.#size += kept.byteLength;
    return kept === chunk;
  }

  get isFull(): boolean {
    return this.#size === this.#maxBytes;
  }

  toBuffer(): Buffer {
    return Buffer.concat(this.#chunks, this.#size);
  }
}
