import type { Session, SessionCard, SessionFilter, SessionPosition } from "../../../core/sessions/index.ts";
import type { Sql } from "../sql.ts";
import { newestMatches } from "./newest-matches.ts";
import { prepareTerms } from "./search-terms.ts";
import { currentItem } from "./session-cards.ts";
import { conditionsOf, hasFilters } from "./session-conditions.ts";
import { type SessionRow, sessions, toSession } from "./session-table.ts";

/** Number of newest matches to rank. Ranking reads every match. */
const maxFound = 200;
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
  const { text, values, run } = await foundBy(sql, organizationId, search);
  const value = (one: unknown) => `$${values.push(one)}`;
  const after =
    search.after === undefined
      ? ""
      : `where (found.rank, found.id) < (${value(search.after.value)}::float8, ${value(search.after.id)}::uuid)`;
  const { columns, joined } = read(value);
  return run<Row>(
    // Starts with "select", because other statements of a person's request run in a transaction that names the person.
    `select rank, ${columns} from (
       select found.rank, found.id as found_id from (${text}) as found ${after}
       order by found.rank desc, found.id desc limit ${value(search.limit)}
     ) as best ${joined} order by rank desc, found_id desc`,
    values,
  );
}

export async function countFound(sql: Sql, organizationId: string, search: SessionSearch): Promise<number> {
  const { text, values, run } = await foundBy(sql, organizationId, search);
  const [row] = await run<{ total: number }>(
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
 * Returns a query for the IDs and ranks of the newest matches: by word prefixes anywhere in the session, or by the
 * literal text in the title, prompt or description. A separate statement prepares the search terms.
 */
async function foundBy(sql: Sql, organizationId: string, search: SessionSearch) {
  const terms = await prepareTerms(sql, organizationId, search.search, maxFound);
  const where = conditionsOf(organizationId, search);
  // Filters may be so rare that a search should start from them, which only PostgreSQL can estimate.
  const plan = hasFilters(search) ? "any" : terms.plan;
  const { rank, from } = newestMatches({ ...terms, plan }, where, organizationId);
  const text = `select id, ${rank}::float8 + case when is_literal then ${literalRank}::float8 else 0 end as rank
    from (${from} limit ${maxFound}) as newest`;
  return { text, values: where.values, run: plan === "any" ? sql.rowsWithFreshPlan : sql.rows };
}
