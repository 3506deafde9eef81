/**
 * Yields the lines of a program's output without their line endings. Replaces invalid UTF-8 with U+FFFD. If a line is longer than
 * `maxBytes`, passes only its start to `onTooLong`, which may throw to stop the iteration. Otherwise, skips the rest of the line. Stores at
 * most one line in memory, even if the chunks are very small.
 */
export async function* readLines(
  chunks: AsyncIterable<Buffer>,
  maxBytes: number,
  onTooLong: (head: string) => void,
): AsyncGenerator<string> {
  const held = new HeldLine();
  let isSkipping = false;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      if (!isSkipping) {
        held.add(chunk.subarray(from, end));
        if (held.length > maxBytes) onTooLong(held.head());
        else yield held.text();
      }
      held.clear();
      isSkipping = false;
      from = end + 1;
    }
    if (isSkipping) continue;
    held.add(chunk.subarray(from));
    if (held.length <= maxBytes) continue;
    onTooLong(held.head());
    held.clear();
    isSkipping = true;
  }
  if (held.length > 0 && !isSkipping) yield held.text();
}

const smallBytes = 64 * 1024;

/** Copies chunks into a single growing buffer. A list of one-byte chunks would use far more memory than their contents. */
class HeldLine {
  #bytes = Buffer.alloc(smallBytes);
  length = 0;

  add(piece: Buffer): void {
    const needed = this.length + piece.length;
    if (needed > this.#bytes.length) {
      const grown = Buffer.alloc(Math.max(needed, this.#bytes.length * 2));
      this.#bytes.copy(grown, 0, 0, this.length);
      this.#bytes = grown;
    }
    piece.copy(this.#bytes, this.length);
    this.length = needed;
  }

  text(): string {
    return this.#bytes.toString("utf8", 0, this.length);
  }

  head(): string {
    return this.#bytes.toString("utf8", 0, Math.min(500, this.length));
  }

  clear(): void {
    this.length = 0;
    if (this.#bytes.length > smallBytes) this.#bytes = Buffer.alloc(smallBytes);
  }
}
