import { growBuffer } from "./grow-buffer.ts";

/** Keeps the last `maxBytes` of a stream, in a buffer of up to twice that size. Copies the chunks as `BoundedBuffer` does. */
export class TailBuffer {
  readonly #maxBytes: number;
  #bytes: Buffer = Buffer.alloc(0);
  #size = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(chunk: Uint8Array): void {
    const kept = chunk.subarray(Math.max(0, chunk.byteLength - this.#maxBytes));
    // Moves the tail only when the buffer is full. Otherwise, every small chunk would move the whole tail.
    if (this.#size + kept.byteLength > 2 * this.#maxBytes) {
      this.#bytes.copyWithin(0, this.#size - this.#maxBytes, this.#size);
      this.#size = this.#maxBytes;
    }
    const size = this.#size + kept.byteLength;
    this.#bytes = growBuffer(this.#bytes, size, 2 * this.#maxBytes);
    this.#bytes.set(kept, this.#size);
    this.#size = size;
  }

  /** Returns the tail as UTF-8 text. Omits a partial character at the start, because truncation, here or at the sender, may have split it. */
  toText(): string {
    let start = Math.max(0, this.#size - this.#maxBytes);
    const firstWhole = Math.min(start + 3, this.#size);
    while (start < firstWhole && (this.#bytes[start]! & 0xc0) === 0x80) start++;
    return this.#bytes.toString("utf8", start, this.#size);
  }
}
