import type { Session, SessionCard, SessionFilter, SessionPosition } from "../../../core/sessions/index.ts";
import { containing, type Sql } from "../sql.ts";
import { currentItem } from "./session-cards.ts";
import { conditionsOf } from "./session-conditions.ts";
import { type SessionRow, sessions, toSession } from "./session-table.ts";

/** Number of newest matches to rank. Ranking reads every match. */
const maxFound = 200;
const maxWords = 20;
/**
 * Number of newest sessions that are searched for a string without three consecutive letters or digits, because no index
 * supports such a search.
 */
const maxRead = 10_000;
/** Rank that an exact match of the text adds to the rank of matches by word prefix. */
const literalRank = 0.1;

export type SessionSearch = SessionFilter & { readonly search: string };

type LimitedSearch = SessionSearch & { readonly after?: SessionPosition; readonly limit: number };

/** Returns at most `maxFound` matches, best first. Among matches of equal rank, the newest comes first. */
async function searchSessions(sql: Sql, organizationId: string, search: LimitedSearch): Promise<Session[]> {
  const rows = await searchRows<SessionRow & { readonly rank: number }>(sql, organizationId, search, () => ({
    columns: sessions.columns.text,
    joined: "join sessions on sessions.id = best.found_id",
  }));
  return rows.map(({ rank: _, ...row }) => toSession(row));
}

/** Returns the same matches as `searchSessions`, as cards with items of this format. */
export const searchCards = (sql: Sql, organizationId: string, search: LimitedSearch, format: number) =>
  searchRows<SessionCard & { readonly rank: number }>(sql, organizationId, search, (value) => ({
    columns: `found_id as id, ${currentItem("found_id", value(organizationId), value(format))} as item`,
    joined: "left join session_cards card on card.session_id = best.found_id",
  }));

async function searchRows<Row>(
  sql: Sql,
  organizationId: string,
  search: LimitedSearch,
  read: (value: (one: unknown) => string) => { readonly columns: string; readonly joined: string },
): Promise<Row[]> {
  const { text, values } = await foundBy(sql, organizationId, search);
  const value = (one: unknown) => `$${values.push(one)}`;
  const after =
    search.after === undefined
      ? ""
      : `where (found.rank, found.id) < (${value(search.after.value)}::float8, ${value(search.after.id)}::uuid)`;
  const { columns, joined } = read(value);
  return sql.rowsWithFreshPlan<Row>(
    // Starts with "select", because other statements of a person's request run in a transaction that names the person.
    `select rank, ${columns} from (
       select found.rank, found.id as found_id from (${text}) as found ${after}
       order by found.rank desc, found.id desc limit ${value(search.limit)}
     ) as best ${joined} order by rank desc, found_id desc`,
    values,
  );
}

export async function countFound(sql: Sql, organizationId: string, search: SessionSearch): Promise<number> {
  const { text, values } = await foundBy(sql, organizationId, search);
  const [row] = await sql.rowsWithFreshPlan<{ total: number }>(
    `select count(*)::integer as total from (${text}) as found`,
    values,
  );
  return row!.total;
}

/** Returns a numbered page. At most `maxFound` matches are found, which also limits the number of pages. */
export async function searchPage(
  sql: Sql,
  organizationId: string,
  page: SessionSearch & { readonly page: number; readonly limit: number },
): Promise<{ readonly sessions: Session[]; readonly totalCount: number }> {
  const totalCount = await countFound(sql, organizationId, page);
  const offset = (page.page - 1) * page.limit;
  if (offset >= totalCount) return { sessions: [], totalCount };
  const found = await searchSessions(sql, organizationId, {
    search: page.search,
    limit: offset + page.limit,
    ...(page.viewerUserId !== undefined && { viewerUserId: page.viewerUserId }),
  });
  return { sessions: found.slice(offset), totalCount };
}

/**
 * Returns a query for the IDs and ranks of the newest matches: by word prefixes anywhere in the session, or by the literal text in the title, prompt
 * or description. A separate statement prepares the search terms. As constants, they let the planner estimate their frequency, and therefore whether
 * an index is faster than a scan from the newest session.
 */
async function foundBy(sql: Sql, organizationId: string, search: SessionSearch) {
  const words = splitWords(search.search);
  const [sought] = await sql.rows<Sought>(soughtText, [
    containing(search.search),
    words.join(" "),
    longestOf(words),
  ]);
  const { literal, query, longest, longestQuery } = sought!;
  const where = conditionsOf(organizationId, search);
  const literalValue = where.value(literal);
  // `textlike` is the function behind the operator `like`, and `ts_match_vq` is the function behind `@@`. Function
  // calls use no index.
  const likeness = `textlike(search.words, ${literalValue})`;
  const isIndexed = /[\p{L}\p{N}]{3}/u.test(longest);
  let rank = "0";
  let match = `search.words like ${literalValue}`;
  let from = "session_search";
  if (query !== null) {
    const all = `${where.value(query)}::tsquery`;
    // Normalization may remove the longest word entirely while another word remains.
    const one = `${where.value(longestQuery ?? query)}::tsquery`;
    rank = `coalesce(ts_rank(lexemes, ${all}), 0)`;
    // Only the longest word uses the index, because it is usually the rarest. An index lookup of a common word would
    // cost more than it saves.
    match = `search.lexemes @@ ${one} and ts_match_vq(search.lexemes, ${all})`;
    // A string without three consecutive letters or digits matches only at the start of words, because no index finds it
    // inside a word.
    if (isIndexed)
      match = `((${match}) or (search.words like ${where.value(containing(longest))} and ${likeness}))`;
  } else if (!isIndexed) {
    from = `(select * from session_search where organization_id = ${where.value(organizationId)}
      order by session_id desc limit ${maxRead})`;
  }
  const text = `select id, ${rank}::float8 + case when is_literal then ${literalRank}::float8 else 0 end as rank
    from (select search.session_id as id, search.lexemes, ${likeness} as is_literal
      from ${from} as search join sessions on sessions.id = search.session_id
      where search.organization_id = ${where.value(organizationId)} and ${where.text} and ${match}
      order by search.session_id desc limit ${maxFound}) as newest`;
  return { text, values: where.values };
}

interface Sought {
  readonly literal: string;
  readonly longest: string;
  /** The search terms as a tsquery, or null if the search contains no word. */
  readonly query: string | null;
  readonly longestQuery: string | null;
}

const splitWords = (search: string): string[] =>
  (search.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []).slice(0, maxWords);

const longestOf = (words: readonly string[]): string =>
  words.reduce((longest, word) => (word.length > longest.length ? word : longest), "");

/**
 * Returns SQL for a tsquery that requires each of `words` at the start of a word. The tsquery is null if no word
 * remains. As in the indexed text, punctuation is removed after folding, because folding can create punctuation ("ŉ"
 * becomes "'n"). Words are quoted, so that none is parsed as an operator.
 */
export function toTsQuery(words: string): string {
  const signs = "[\\x01-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7f[:space:]]+";
  const folded = `nullif(btrim(regexp_replace(search_fold(${words}), '${signs}', ' ', 'g')), '')`;
  return `to_tsquery('simple', '''' || replace(${folded}, ' ', ''':* & ''') || ''':*')`;
}

const soughtText = `select search_fold($1) as literal, search_fold($3) as longest, ${toTsQuery("$2")}::text as query,
  ${toTsQuery("$3")}::text as "longestQuery"`;
