import { Rejected } from "./rejected.ts";

/** Number of bytes that all archives together may still have. */
export interface ByteAllowance {
  readonly maxBytes: number;
  leftBytes: number;
}

/** Reads exact numbers of bytes from a stream. Counts them, so that a small compressed archive cannot expand without a limit. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #allowance: ByteAllowance;
  #left: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>, allowance: ByteAllowance) {
    this.#chunks = source[Symbol.asyncIterator]();
    this.#allowance = allowance;
  }

  /** Reads `size` bytes. Returns null at the end of the stream, and throws `Rejected` if the stream ends within them. */
  async take(size: number): Promise<Buffer | null> {
    const parts: Buffer[] = [];
    for (let missing = size; missing > 0; ) {
      const part = await this.#next(missing);
      if (part === null) {
        if (missing === size) return null;
        throw truncated();
      }
      if (part.length === size) return part;
      parts.push(part);
      missing -= part.length;
    }
    return Buffer.concat(parts, size);
  }

  /** Passes the next `size` bytes to `use`, in parts. Throws `Rejected` if the stream ends before. */
  async pass(size: number, use: (part: Buffer) => void): Promise<void> {
    for (let missing = size; missing > 0; ) {
      const part = await this.#next(missing);
      if (part === null) throw truncated();
      use(part);
      missing -= part.length;
    }
  }

  /** Reads and discards the rest of the stream. */
  async drain(): Promise<void> {
    while ((await this.#next(Number.POSITIVE_INFINITY)) !== null);
  }

  async #next(maxBytes: number): Promise<Buffer | null> {
    while (this.#left.length === 0) {
      const { done, value } = await this.#chunks.next();
      if (done === true) return null;
      this.#allowance.leftBytes -= value.length;
      if (this.#allowance.leftBytes < 0) throw tooLarge(this.#allowance.maxBytes);
      this.#left = value;
    }
    const part = this.#left.subarray(0, maxBytes);
    this.#left = this.#left.subarray(part.length);
    return part;
  }
}

/** Explains the limit. The holes of sparse files count towards it. */
export const tooLarge = (maxBytes: number) =>
  new Rejected(
    `it has more than ${Math.floor(maxBytes / 1024 ** 2)} MiB. Remove files from it.`,
    "too large",
  );

const truncated = () => new Rejected("it is incomplete: it ends within an entry. Transfer it again.");
