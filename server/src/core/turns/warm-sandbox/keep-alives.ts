/** Counts people's open uses of each session's sandbox, such as terminals. */
export class KeepAlives {
  readonly #counts = new Map<string, number>();

  count(sessionId: string): number {
    return this.#counts.get(sessionId) ?? 0;
  }

  /** Adds a use. Returns a function that removes the use. */
  add(sessionId: string): () => void {
    this.#counts.set(sessionId, this.count(sessionId) + 1);
    return () => {
      const left = this.count(sessionId) - 1;
      if (left === 0) this.#counts.delete(sessionId);
      else this.#counts.set(sessionId, left);
    };
  }
}
