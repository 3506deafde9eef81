import { growBuffer } from "./grow-buffer.ts";

/**
 * Collects at most the first `maxBytes` of a stream. Copies the chunks, because a sender may split a body into single
 * bytes, and each chunk object uses hundreds of bytes of memory.
 */
export class BoundedBuffer {
  readonly #maxBytes: number;
  #bytes: Buffer = Buffer.alloc(0);
  #size = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Appends as much of the chunk as fits. Returns false if a part did not fit. */
  add(chunk: Uint8Array): boolean {
    const kept = chunk.subarray(0, this.#maxBytes - this.#size);
    const size = this.#size + kept.byteLength;
    this.#bytes = growBuffer(this.#bytes, size, this.#maxBytes);
    this.#bytes.set(kept, this.#size);
    this.#size = size;
    return kept.byteLength === chunk.byteLength;
  }

  get isFull(): boolean {
    return this.#size === this.#maxBytes;
  }

  toBuffer(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#size));
  }
}
