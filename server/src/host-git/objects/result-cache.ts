interface Kept<T> {
  readonly value: T;
  readonly bytes: number;
}

/** Keeps results up to a total size. Discards those first that were not used for the longest time. */
export class ResultCache<T> {
  readonly #maxBytes: number;
  readonly #maxResultBytes: number;
  readonly #kept = new Map<string, Kept<T>>();
  #bytes = 0;

  constructor(limits: { readonly maxBytes: number; readonly maxResultBytes: number }) {
    this.#maxBytes = limits.maxBytes;
    this.#maxResultBytes = limits.maxResultBytes;
  }

  get(key: string): T | undefined {
    const found = this.#kept.get(key);
    if (found === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, found);
    return found.value;
  }

  /** Keeps the result, unless it is too large. `sizeBytes` is the size of the value without its key. */
  add(key: string, value: T, sizeBytes: number): void {
    this.#remove(key);
    if (sizeBytes > this.#maxResultBytes) return;
    const bytes = sizeBytes + key.length + overheadBytes;
    this.#kept.set(key, { value, bytes });
    this.#bytes += bytes;
    for (const [oldest] of this.#kept) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#remove(oldest);
    }
  }

  #remove(key: string): void {
    this.#bytes -= this.#kept.get(key)?.bytes ?? 0;
    this.#kept.delete(key);
  }
}

/** Approximate memory for an entry, so that many empty results also reach the limit. */
const overheadBytes = 500;
