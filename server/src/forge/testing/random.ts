/** Numbers that a seed makes again. */
export interface Random {
  /** A whole number from 0 up to, but not including, `below`. */
  below(below: number): number;
  pick<T>(from: readonly T[]): T;
}

/** A xorshift of 32 bits: fast, and good enough to choose by. */
export function createRandom(seed: number): Random {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
  // The first few of small seeds are alike.
  for (let warm = 0; warm < 8; warm++) next();
  const below = (limit: number) => next() % limit;
  return { below, pick: <T>(from: readonly T[]) => from[below(from.length)]! };
}
