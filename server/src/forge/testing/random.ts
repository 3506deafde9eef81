/** Random number generator whose sequence depends only on its seed. */
export interface Random {
  /** Returns an integer from 0 up to, but not including, `below`. */
  below(below: number): number;
  pick<T>(from: readonly T[]): T;
}

/** Creates a 32-bit xorshift generator, which is fast and sufficiently random for tests. */
export function createRandom(seed: number): Random {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
  // Discards the first numbers, which are similar for small seeds.
  for (let warm = 0; warm < 8; warm++) next();
  const below = (limit: number) => next() % limit;
  return { below, pick: <T>(from: readonly T[]) => from[below(from.length)]! };
}
