import type { Session, SessionFilter, SessionPosition } from "../../../core/sessions/index.ts";
import { containing, type Sql } from "../sql.ts";
import { conditionsOf } from "./session-conditions.ts";
import { type SessionRow, sessions, toSession } from "./session-table.ts";

/** Of what is found only so many, the newest, are looked at: ranking needs each of them in hand. */
const mostFound = 200;
const mostWords = 20;
/** A text without three letters in a row has no index; it is looked for in so many, the newest. */
const mostRead = 10_000;
/** What stands in the text as it was written counts beside words that begin so. */
const literalRank = 0.1;

export type SessionSearch = SessionFilter & { readonly search: string };

type FoundRow = SessionRow & { readonly rank: number };

/** Best first; those that are equally good, newest first. */
export async function searchSessions(
  sql: Sql,
  organizationId: string,
  search: SessionSearch & { readonly after?: SessionPosition; readonly limit: number },
): Promise<{ readonly session: Session; readonly rank: number }[]> {
  const { text, values } = await foundBy(sql, organizationId, search);
  const value = (one: unknown) => `$${values.push(one)}`;
  const after =
    search.after === undefined
      ? ""
      : `where (found.rank, found.id) < (${value(search.after.value)}::float8, ${value(search.after.id)}::uuid)`;
  const rows = await sql.rowsPlannedAnew<FoundRow>(
    `with found as (${text}), best as (
       select found.rank, found.id as found_id from found ${after}
       order by found.rank desc, found.id desc limit ${value(search.limit)}
     )
     select rank, ${sessions.columns} from best join sessions on sessions.id = best.found_id order by rank desc, id desc`,
    values,
  );
  return rows.map(({ rank, ...row }) => ({ session: toSession(row), rank }));
}

export async function countFound(sql: Sql, organizationId: string, search: SessionSearch): Promise<number> {
  const { text, values } = await foundBy(sql, organizationId, search);
  const [row] = await sql.rowsPlannedAnew<{ total: number }>(
    `select count(*)::integer as total from (${text}) as found`,
    values,
  );
  return row!.total;
}

/** A numbered page. What is found is bounded, and so are its pages. */
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
  return { sessions: found.slice(offset).map(({ session }) => session), totalCount };
}

/**
 * Ids and ranks of the newest that are found: by words that begin so anywhere in the session, or by the text as it stands in title, prompt
 * or description. What is sought is made ready by a statement of its own: as constants the planner knows how often they occur, and so
 * whether an index finds them sooner than reading from the newest on.
 */
async function foundBy(sql: Sql, organizationId: string, search: SessionSearch) {
  const words = wordsOf(search.search);
  const [sought] = await sql.rows<Sought>(soughtText, [
    containing(search.search),
    words.join(" "),
    longestOf(words),
  ]);
  const { literal, query, longest, longestQuery } = sought!;
  const where = conditionsOf(organizationId, search);
  const literalValue = where.value(literal);
  // The function is the operator "like" without an index, as ts_match_vq is @@.
  const likeness = `textlike(search.words, ${literalValue})`;
  const isIndexed = /[\p{L}\p{N}]{3}/u.test(longest);
  let rank = "0";
  let match = `search.words like ${literalValue}`;
  let from = "session_search";
  if (query !== null) {
    const all = `${where.value(query)}::tsquery`;
    // The longest may fold to nothing where another does not.
    const one = `${where.value(longestQuery ?? query)}::tsquery`;
    rank = `coalesce(ts_rank(lexemes, ${all}), 0)`;
    // The longest word alone goes to the index: it is the rarest, mostly, and a common one would cost more there than it leaves out.
    match = `search.lexemes @@ ${one} and ts_match_vq(search.lexemes, ${all})`;
    // Two letters are the beginning of words, or nothing: inside of words no index finds them.
    if (isIndexed)
      match = `((${match}) or (search.words like ${where.value(containing(longest))} and ${likeness}))`;
  } else if (!isIndexed) {
    from = `(select * from session_search where organization_id = ${where.value(organizationId)}
      order by session_id desc limit ${mostRead})`;
  }
  const text = `select id, ${rank}::float8 + case when is_literal then ${literalRank}::float8 else 0 end as rank
    from (select search.session_id as id, search.lexemes, ${likeness} as is_literal
      from ${from} as search join sessions on sessions.id = search.session_id
      where search.organization_id = ${where.value(organizationId)} and ${where.text} and ${match}
      order by search.session_id desc limit ${mostFound}) as newest`;
  return { text, values: where.values };
}

interface Sought {
  readonly literal: string;
  readonly longest: string;
  /** Null where there is no word. */
  readonly query: string | null;
  readonly longestQuery: string | null;
}

const wordsOf = (search: string): string[] =>
  (search.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []).slice(0, mostWords);

const longestOf = (words: readonly string[]): string =>
  words.reduce((longest, word) => (word.length > longest.length ? word : longest), "");

/**
 * SQL: every one of `words` must be there, at the beginning of a word; null when there is none. Signs go after folding, which makes some
 * ("ŉ" becomes "'n"), and as they do in what is searched; quoted, so that nothing is taken for an operator.
 */
export function queryOf(words: string): string {
  const signs = "[\\x01-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7f[:space:]]+";
  const folded = `nullif(btrim(regexp_replace(search_fold(${words}), '${signs}', ' ', 'g')), '')`;
  return `to_tsquery('simple', '''' || replace(${folded}, ' ', ''':* & ''') || ''':*')`;
}

const soughtText = `select search_fold($1) as literal, search_fold($3) as longest, ${queryOf("$2")}::text as query,
  ${queryOf("$3")}::text as "longestQuery"`;
