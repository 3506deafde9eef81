import type { Queries } from "../../../core/ports.ts";
import type { SessionCard, SessionPosition, SessionSort } from "../../../core/sessions/index.ts";
import type { Conditions } from "../page.ts";
import type { Sql } from "../sql.ts";
import { narrowFilter } from "./narrow-filter.ts";
import { countFound, searchCards } from "./search-sessions.ts";
import { currentItem } from "./session-cards.ts";
import { conditionsOf, hasFilters } from "./session-conditions.ts";
import { readSessionParts } from "./session-parts.ts";

const orderOf: Readonly<Record<SessionSort, string>> = {
  lastQueuedAt: "coalesce(sessions.last_queued_at, sessions.created_at)",
  createdAt: "sessions.created_at",
  updatedAt: "sessions.updated_at",
};

/** Returns a time in milliseconds since 1970. Parsing a Date in each row would take longer than reading the row. */
const millisecondsOf = (column: string) => `floor(extract(epoch from ${column}) * 1000)::double precision`;

/** Maximum number of sessions that a list counts. Only a numbered page beyond this number counts further. */
export const maxCounted = 10_000;

export function sessionListQueries(sql: Pick<Sql, "rows" | "rowsWithFreshPlan">): Queries["sessionLists"] {
  return {
    async page(organizationId, page, format) {
      // Reads one row more than requested, which shows that another page follows.
      const limit = page.limit + 1;
      const { search } = page;
      if (search !== undefined) {
        const narrowed = await narrowFilter(sql, organizationId, page);
        const found = await searchCards(
          sql,
          organizationId,
          { ...narrowed, search, limit, ...(page.after && { after: page.after }) },
          format,
        );
        return toCards(found, page.limit, ({ rank }) => rank);
      }
      const where = conditionsOf(organizationId, await narrowFilter(sql, organizationId, page));
      const order = orderOf[page.sortBy];
      if (page.after !== undefined) {
        const at = where.value(new Date(page.after.value));
        where.also(`(${order}, sessions.id) < (${at}::timestamptz, ${where.value(page.after.id)}::uuid)`);
      }
      const keepsPlan = keptLimits.has(page.limit) && !hasFilters(page);
      const run = keepsPlan ? sql.rows : sql.rowsWithFreshPlan;
      const rows = await run<SessionCard & { readonly sort_ms: number }>(
        // Selects IDs first, so that an index alone can evaluate the filters.
        `select page.id, ${millisecondsOf("sorted_at")} as sort_ms, ${currentItem("page.id", "$1", where.value(format))} as item from (
           select sessions.id, ${order} as sorted_at from sessions where ${where.text}
           order by ${order} desc, sessions.id desc limit ${keepsPlan ? limit : where.value(limit)}
         ) as page left join session_cards card on card.session_id = page.id
         order by sorted_at desc, page.id desc`,
        where.values,
      );
      return toCards(rows, page.limit, ({ sort_ms }) => sort_ms);
    },

    async count(organizationId, given) {
      const filter = await narrowFilter(sql, organizationId, given);
      const { search } = filter;
      if (search !== undefined) return countFound(sql, organizationId, { ...filter, search });
      return countSessions(sql, conditionsOf(organizationId, filter), maxCounted);
    },

    parts: (ids) => readSessionParts(sql, ids),
  };
}

/**
 * Limits of the lists without filters whose plan PostgreSQL keeps. Their statements contain the limit, without which
 * PostgreSQL would prefer a new plan each time. Each limit adds statements to each connection.
 */
const keptLimits: ReadonlySet<number> = new Set([50, 100]);

/** Returns the cards without the additional row, whose existence shows that another page follows. */
function toCards<Row extends SessionCard>(
  rows: readonly Row[],
  limit: number,
  sortValue: (row: Row) => number,
): { readonly cards: SessionCard[]; readonly next: SessionPosition | null } {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1)! : null;
  return {
    cards: shown.map(({ id, item }) => ({ id, item })),
    next: last === null ? null : { value: sortValue(last), id: last.id },
  };
}

/**
 * Counts the sessions that match the conditions, up to `most`. Counting a million sessions would take too long for a
 * list request.
 */
export async function countSessions(sql: Sql, where: Conditions, most: number): Promise<number> {
  const [row] = await sql.rowsWithFreshPlan<{ total: number }>(
    `select count(*)::integer as total from (
       select from sessions where ${where.text} limit $${where.values.length + 1}
     ) as counted`,
    [...where.values, most],
  );
  return row!.total;
}
