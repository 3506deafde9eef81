import type { Conditions } from "../page.ts";
import { containing } from "../sql.ts";
import type { SearchTerms } from "./search-terms.ts";

/**
 * Number of newest sessions that are searched for a string without three consecutive letters or digits, because no index
 * supports such a search.
 */
const maxRead = 10_000;

interface Matches {
  readonly rank: string;
  /** Query for the matches, newest first, to which the caller adds a limit. */
  readonly from: string;
}

/**
 * Returns SQL for the matches and their rank. The plan of the terms decides how they are found, and not which. `textlike`
 * is the function behind the operator `like`, and `ts_match_vq` is the function behind `@@`. Function calls use no
 * index.
 */
export function newestMatches(terms: SearchTerms, where: Conditions, organizationId: string): Matches {
  const { query, longest, longestQuery, parts, plan } = terms;
  const literal = where.value(terms.literal);
  const organization = where.value(organizationId);
  const likeness = (table: string) => `textlike(${table}.words, ${literal})`;
  const read = (from: string, match: string) =>
    `select search.session_id as id, search.lexemes, ${likeness("search")} as is_literal
      from ${from} as search join sessions on sessions.id = search.session_id
      where search.organization_id = ${organization} and ${where.text} and ${match}
      order by search.session_id desc`;
  const isIndexed = /[\p{L}\p{N}]{3}/u.test(longest);
  if (query === null) {
    if (isIndexed) return { rank: "0", from: read("session_search", `search.words like ${literal}`) };
    const newest = `(select * from session_search where organization_id = ${organization}
      order by session_id desc limit ${maxRead})`;
    return { rank: "0", from: read(newest, likeness("search")) };
  }
  const all = `${where.value(query)}::tsquery`;
  // Normalization may remove the longest word entirely while another word remains.
  const one = `${where.value(longestQuery ?? query)}::tsquery`;
  const rank = `coalesce(ts_rank(lexemes, ${all}), 0)`;
  // Only the longest word uses the index, because it is usually the rarest. An index lookup of a common word would cost
  // more than it saves. The same applies to the parts of this word.
  const like = (part: string) => `search.words like ${where.value(containing(part))}`;
  const contains = () =>
    plan === "any" || parts.length === 0
      ? like(longest)
      : `${parts.map(like).join(" and ")} and textlike(search.words, ${where.value(containing(longest))})`;
  // A string without three consecutive letters or digits matches only at the start of words, because no index finds it
  // inside a word.
  const inside = isIndexed ? `or (${contains()} and ${likeness("search")})` : "";
  const match = `((search.lexemes @@ ${one} and ts_match_vq(search.lexemes, ${all})) ${inside})`;
  if (plan === "any") return { rank, from: read("session_search", match) };
  // Sorts all matches before it reads their sessions, and reads only those of the newest. The planner estimates the
  // number of matches badly, and each `offset` keeps it from another order.
  const from = `select own.session_id as id, own.lexemes, ${likeness("own")} as is_literal
    from (select session_id from (
        select search.session_id, search.organization_id from session_search as search where ${match} offset 0
      ) as search where organization_id = ${organization} order by session_id desc offset 0
    ) as found join sessions on sessions.id = found.session_id
    join session_search as own on own.session_id = found.session_id
    where ${where.text} order by found.session_id desc`;
  return { rank, from };
}
