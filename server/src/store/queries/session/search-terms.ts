import { containing, type Sql } from "../sql.ts";
import { estimateShare, keptWordStatistics, rarestParts, type WordStatistics } from "./word-statistics.ts";

const maxWords = 20;
/** Number of an organization's sessions from which on a search looks up a rare word in an index. */
const minLookedUp = 500;
/** Estimated times in microseconds to read the next session, and to look up a match of any organization. */
const scanUs = 1.5;
const lookUpUs = 4;

/** A search in the form in which PostgreSQL compares it. */
export interface SearchTerms {
  /** Pattern of the search's whole text. */
  readonly literal: string;
  readonly longest: string;
  /** The search's words as a tsquery, or null if the search contains no word. */
  readonly query: string | null;
  readonly longestQuery: string | null;
  /** Parts of the longest word whose lookup is faster than that of the whole word. */
  readonly parts: readonly string[];
  readonly plan: SearchPlan;
}

/** `lookUp` looks up all matches in an index. With `any`, PostgreSQL decides. */
export type SearchPlan = "lookUp" | "any";

interface Folded extends Omit<SearchTerms, "parts" | "plan"> {
  readonly words: readonly string[];
  readonly longestWord: string | null;
  readonly isSmall: boolean;
}

/** Prepares a search for at least `wanted` matches. PostgreSQL folds the letters, as it does in the indexed text. */
export async function prepareTerms(
  sql: Sql,
  organizationId: string,
  search: string,
  wanted: number,
): Promise<SearchTerms> {
  const words = splitWords(search);
  const statistics = await keptWordStatistics(sql);
  const [folded] = await sql.rows<Folded>(foldedText, [
    containing(search),
    words.join(" "),
    longestOf(words),
    organizationId,
  ]);
  const { isSmall, longestWord, ...terms } = folded!;
  const plan = isSmall ? "any" : decidePlan(statistics, { words: terms.words, longestWord }, wanted);
  return { ...terms, parts: rarestParts(statistics, terms.longest), plan };
}

/**
 * Looks up the words if that is faster than reading sessions from the newest on until enough match, which PostgreSQL
 * chooses for common words. Pure.
 */
export function decidePlan(
  statistics: WordStatistics,
  { words, longestWord }: Pick<Folded, "words" | "longestWord">,
  wanted: number,
): SearchPlan {
  const shares = words.map((word) => estimateShare(statistics, word));
  const longestShare = estimateShare(statistics, longestWord ?? words[0] ?? "");
  if (longestShare === null || statistics.rows <= 0) return "any";
  const share = shares.reduce<number>((product, one) => product * (one ?? 1), 1);
  return (wanted / share) * scanUs <= statistics.rows * longestShare * lookUpUs ? "any" : "lookUp";
}

const splitWords = (search: string): string[] =>
  (search.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []).slice(0, maxWords);

const longestOf = (words: readonly string[]): string =>
  words.reduce((longest, word) => (word.length > longest.length ? word : longest), "");

/**
 * Returns SQL for a tsquery that requires each of `words` at the start of a word. The tsquery is null if no word
 * remains. Words are quoted, so that none is parsed as an operator.
 */
export function toTsQuery(words: string): string {
  return `to_tsquery('simple', '''' || replace(${foldWords(words)}, ' ', ''':* & ''') || ''':*')`;
}

/**
 * Returns SQL for the folded words. As in the indexed text, punctuation is removed after folding, because folding can
 * create punctuation ("ŉ" becomes "'n").
 */
function foldWords(words: string): string {
  const signs = "[\\x01-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7f[:space:]]+";
  return `nullif(btrim(regexp_replace(search_fold(${words}), '${signs}', ' ', 'g')), '')`;
}

const foldedText = `select search_fold($1) as literal, search_fold($3) as longest, ${toTsQuery("$2")}::text as query,
  ${toTsQuery("$3")}::text as "longestQuery", coalesce(string_to_array(${foldWords("$2")}, ' '), '{}') as words,
  ${foldWords("$3")} as "longestWord",
  (select count(*) < ${minLookedUp} from (
    select from session_search where organization_id = $4 limit ${minLookedUp}) as counted) as "isSmall"`;
