/** Kind of use: a terminal, or a preview that a browser has open. */
export type KeepAliveKind = "terminal" | "preview";

/** Counts people's open uses of each session's sandbox. */
export class KeepAlives {
  readonly #uses = new Map<string, Map<object, KeepAliveKind>>();

  /** Returns the number of uses of one kind, or of all kinds. */
  count(sessionId: string, kind?: KeepAliveKind): number {
    const kinds = [...(this.#uses.get(sessionId)?.values() ?? [])];
    return kinds.filter((one) => kind === undefined || one === kind).length;
  }

  /** Adds a use. Returns a function that removes the use. */
  add(sessionId: string, kind: KeepAliveKind): () => void {
    const uses = this.#uses.get(sessionId) ?? new Map<object, KeepAliveKind>();
    const use = {};
    uses.set(use, kind);
    this.#uses.set(sessionId, uses);
    return () => {
      uses.delete(use);
      if (uses.size === 0 && this.#uses.get(sessionId) === uses) this.#uses.delete(sessionId);
    };
  }
}
