export interface Search {
  /** Returns the position of the first text that the bytes contain, or null. */
  find(bytes: Buffer): number | null;
  /** Number of bytes that may be the beginning of a text at the end of a piece. */
  readonly overlap: number;
}

/** Creates a search for texts, which must not be empty. Pure. */
export function createSearch(texts: readonly Buffer[]): Search {
  return {
    find: (bytes) => {
      const index = texts.findIndex((text) => bytes.includes(text));
      return index === -1 ? null : index;
    },
    overlap: Math.max(0, ...texts.map(({ length }) => length - 1)),
  };
}
