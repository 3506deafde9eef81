/** Keeps the last `maxBytes` of a stream, and little more in memory. */
export class TailBuffer {
  readonly #maxBytes: number;
  readonly #chunks: Uint8Array[] = [];
  #size = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#size += chunk.byteLength;
    for (let first = this.#chunks[0]; first !== undefined; first = this.#chunks[0]) {
      if (this.#size - first.byteLength < this.#maxBytes) return;
      this.#chunks.shift();
      this.#size -= first.byteLength;
    }
  }

  /** Text in UTF-8 that starts at a whole character: the cut may have gone through one, here or at the sender. */
  toText(): string {
    const bytes = Buffer.concat(this.#chunks);
    let start = Math.max(0, bytes.length - this.#maxBytes);
    const firstWhole = Math.min(start + 3, bytes.length);
    while (start < firstWhole && (bytes[start]! & 0xc0) === 0x80) start++;
    return bytes.toString("utf8", start);
  }
}
