import type { Sql } from "../sql.ts";

/** Time for which statistics are used. PostgreSQL collects them again after a tenth of the sessions has changed. */
const keptMs = 60_000;
/** Number of rare parts that an index looks up. More of them cost more than they save. */
const maxParts = 3;

/** PostgreSQL's statistics of the words in all sessions. They decide how to search, and never what is found. */
export interface WordStatistics {
  /** Estimated number of sessions of all organizations. */
  readonly rows: number;
  /** Shares of the sessions that contain the most common words, at most 1. */
  readonly common: ReadonlyMap<string, number>;
}

interface Kept {
  readonly readAtMs: number;
  readonly statistics: Promise<WordStatistics>;
}

const kept = new WeakMap<Sql, Kept>();

/** Returns statistics that are at most a minute old. */
export function keptWordStatistics(sql: Sql): Promise<WordStatistics> {
  const now = performance.now();
  const known = kept.get(sql);
  if (known !== undefined && now - known.readAtMs < keptMs) return known.statistics;
  const statistics = readWordStatistics(sql);
  kept.set(sql, { readAtMs: now, statistics });
  statistics.catch(() => kept.delete(sql));
  return statistics;
}

export async function readWordStatistics(sql: Sql): Promise<WordStatistics> {
  const [row] = await sql.rows<{ rows: number; lexemes: string[] | null; shares: number[] | null }>(
    `select reltuples::float8 as rows, lexemes, shares from pg_class left join (
        select most_common_elems::text::text[] as lexemes, most_common_elem_freqs::float8[] as shares
        from pg_stats where schemaname = current_schema and tablename = 'session_search' and attname = 'lexemes'
      ) as words on true
      where pg_class.oid = 'session_search'::regclass`,
    [],
  );
  const { rows, lexemes, shares } = row!;
  return { rows, common: new Map((lexemes ?? []).map((lexeme, index) => [lexeme, shares![index]!])) };
}

/** Estimates the share of sessions with a word that contains `word`. Null without statistics. Pure. */
export function estimateShare({ common }: WordStatistics, word: string): number | null {
  if (common.size === 0) return null;
  let sum = 0;
  for (const [lexeme, share] of common) if (lexeme.includes(word)) sum += share;
  // A word that is in none of the common words is rarer than the rarest of them.
  return sum > 0 ? Math.min(sum, 1) : Math.min(...common.values()) / 2;
}

/**
 * Returns the rarest parts of a word: strings of three letters or digits, which an index of such parts can look up. A
 * lookup of all parts would read the long lists of the common ones. Returns none without statistics. Pure.
 */
export function rarestParts({ common }: WordStatistics, word: string): string[] {
  if (common.size === 0) return [];
  const parts = partsOf(word);
  const shares = new Map(parts.map((part) => [part, 0]));
  for (const [lexeme, share] of common)
    for (const part of parts) if (lexeme.includes(part)) shares.set(part, shares.get(part)! + share);
  return parts.toSorted((one, other) => shares.get(one)! - shares.get(other)!).slice(0, maxParts);
}

function partsOf(word: string): string[] {
  const letters = [...word];
  const parts = letters.map((_, index) => letters.slice(index, index + 3).join(""));
  return [...new Set(parts.filter((part) => /^[\p{L}\p{N}]{3}$/u.test(part)))];
}
