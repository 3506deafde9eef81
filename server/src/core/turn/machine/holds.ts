/** Which sessions somebody is in the sandbox of. */
export class Holds {
  readonly #counts = new Map<string, number>();

  has(sessionId: string): boolean {
    return this.#counts.has(sessionId);
  }

  /** Returns what ends it. */
  add(sessionId: string): () => void {
    this.#counts.set(sessionId, (this.#counts.get(sessionId) ?? 0) + 1);
    return () => {
      const left = this.#counts.get(sessionId)! - 1;
      if (left === 0) this.#counts.delete(sessionId);
      else this.#counts.set(sessionId, left);
    };
  }
}
