import { count } from "../format.ts";

/**
 * Tokens of one or more requests. The four counts are disjoint: `input` excludes tokens read from or written to a
 * cache.
 */
export interface TokenCounts {
  input: number;
  cached: number;
  cacheWrite: number;
  output: number;
}

export const noTokens = (): TokenCounts => ({ input: 0, cached: 0, cacheWrite: 0, output: 0 });

/**
 * Returns `2,550 tokens in (2,150 cached), 300 out`. The first number includes tokens read from and written to a cache.
 */
export function tokensText({ input, cached, cacheWrite, output }: TokenCounts): string {
  const fromCache = cached === 0 ? "" : ` (${count(cached)} cached)`;
  return `${count(input + cached + cacheWrite)} tokens in${fromCache}, ${count(output)} out`;
}
