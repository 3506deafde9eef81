/** Bodies up to this are so small that the limit of connections bounds them. */
const freeBytes = 64 * 1024;

/** What large bodies may take of the memory together, while nobody knows yet whether they are worth it. */
export class BodyRoom {
  #leftBytes: number;

  constructor(maxBytes: number) {
    this.#leftBytes = maxBytes;
  }

  /** Room for a body of so many bytes, and how to give it back (idempotent); null when there is none. */
  take(bytes: number): (() => void) | null {
    if (bytes <= freeBytes) return () => undefined;
    if (bytes > this.#leftBytes) return null;
    this.#leftBytes -= bytes;
    let isTaken = true;
    return () => {
      if (isTaken) this.#leftBytes += bytes;
      isTaken = false;
    };
  }
}
