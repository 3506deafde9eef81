import type { SessionFilter, SessionPosition } from "../../../core/ports/store/session-list.ts";
import type { Session } from "../../../core/session/session.ts";
import { containing, type Sql } from "../sql.ts";
import { conditionsOf } from "./session-conditions.ts";
import { columns, type SessionRow, toSession } from "./session-row.ts";

/** Of what is found only so many, the newest, are looked at: ranking needs each of them in hand. */
const mostFound = 1_000;
const mostWords = 20;
/** What stands in the text as it was written counts beside words that begin so. */
const literalRank = 0.1;

export type SessionSearch = SessionFilter & { readonly search: string };

interface FoundRow extends SessionRow {
  rank: number;
}

/** Best first; those that are equally good, newest first. */
export async function searchSessions(
  sql: Sql,
  organizationId: string,
  search: SessionSearch & { readonly after?: SessionPosition; readonly limit: number },
): Promise<{ readonly session: Session; readonly rank: number }[]> {
  const { text, values } = foundBy(organizationId, search);
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
     select rank, ${columns} from best join sessions on sessions.id = best.found_id order by rank desc, id desc`,
    values,
  );
  return rows.map((row) => ({ session: toSession(row), rank: row.rank }));
}

export async function countFound(sql: Sql, organizationId: string, search: SessionSearch): Promise<number> {
  const { text, values } = foundBy(organizationId, search);
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
 * or description. Two sets, each from an index of its own.
 */
function foundBy(organizationId: string, search: SessionSearch) {
  const where = conditionsOf(organizationId, search);
  const organization = where.value(organizationId);
  const literal = where.value(containing(search.search));
  const query = queryOf(where.value(wordsOf(search.search)));
  const likeness = `search.words like search_fold(${literal})`;
  const from = `from session_search search join sessions on sessions.id = search.session_id
    where search.organization_id = ${organization} and ${where.text}`;
  const newest = `order by search.session_id desc limit ${mostFound}`;
  const text = `select id, coalesce(ts_rank(lexemes, ${query}), 0)::float8
      + case when is_literal then ${literalRank}::float8 else 0 end as rank
    from (select distinct on (session_id) session_id as id, lexemes, is_literal from (
      (select search.session_id, search.lexemes, ${likeness} as is_literal ${from}
        and search.lexemes @@ ${query} ${newest})
      union all
      (select search.session_id, search.lexemes, true as is_literal ${from} and ${likeness} ${newest})
    ) as both_sets order by session_id desc, is_literal desc limit ${mostFound}) as found`;
  return { text, values: where.values };
}

function wordsOf(search: string): string {
  const words = search.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return words.slice(0, mostWords).join(" ");
}

/**
 * SQL: every one of `words` must be there, at the beginning of a word; null when there is none. Signs go after folding, which makes some
 * ("ŉ" becomes "'n"), and as they do in what is searched; quoted, so that nothing is taken for an operator.
 */
export function queryOf(words: string): string {
  const signs = "[\\x01-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7f[:space:]]+";
  const folded = `nullif(btrim(regexp_replace(search_fold(${words}), '${signs}', ' ', 'g')), '')`;
  return `to_tsquery('simple', '''' || replace(${folded}, ' ', ''':* & ''') || ''':*')`;
}
