import type { Queries } from "../../../core/ports.ts";
import type { SessionSort } from "../../../core/sessions/index.ts";
import type { Conditions } from "../page.ts";
import type { Sql } from "../sql.ts";
import { narrowParticipants } from "./narrow-participants.ts";
import { countFound, searchSessions } from "./search-sessions.ts";
import { conditionsOf } from "./session-conditions.ts";
import { readSessionParts } from "./session-parts.ts";
import { type SessionRow, sessions, toSession } from "./session-table.ts";

const orderOf: Readonly<Record<SessionSort, string>> = {
  lastQueuedAt: "coalesce(sessions.last_queued_at, sessions.created_at)",
  createdAt: "sessions.created_at",
  updatedAt: "sessions.updated_at",
};

/** Maximum number of sessions that a list counts. Only a numbered page beyond this number counts further. */
export const maxCounted = 10_000;

export function sessionListQueries(sql: Sql): Queries["sessionLists"] {
  return {
    async page(organizationId, page) {
      // Reads one row more than requested, which shows that another page follows.
      const limit = page.limit + 1;
      const { search } = page;
      if (search !== undefined) {
        const narrowed = await narrowParticipants(sql, page);
        const found = await searchSessions(sql, organizationId, {
          ...narrowed,
          search,
          limit,
          ...(page.after && { after: page.after }),
        });
        const shown = found.slice(0, page.limit);
        const last = found.length > page.limit ? shown.at(-1)! : null;
        return {
          sessions: shown.map(({ session }) => session),
          next: last === null ? null : { value: last.rank, id: last.session.id },
        };
      }
      const where = conditionsOf(organizationId, await narrowParticipants(sql, page));
      const order = orderOf[page.sortBy];
      if (page.after !== undefined) {
        const at = where.value(new Date(page.after.value));
        where.also(`(${order}, sessions.id) < (${at}::timestamptz, ${where.value(page.after.id)}::uuid)`);
      }
      const rows = await sql.rowsWithFreshPlan<SessionRow & { sorted_at: Date }>(
        // Selects IDs first, so that an index alone can evaluate the filters.
        `select ${sessions.columns}, sorted_at from (
           select sessions.id as page_id, ${order} as sorted_at from sessions where ${where.text}
           order by ${order} desc, sessions.id desc limit ${where.value(limit)}
         ) as page join sessions on sessions.id = page_id order by sorted_at desc, id desc`,
        where.values,
      );
      const shown = rows.slice(0, page.limit);
      const last = rows.length > page.limit ? shown.at(-1)! : null;
      return {
        sessions: shown.map(({ sorted_at: _, ...row }) => toSession(row)),
        next: last === null ? null : { value: last.sorted_at.getTime(), id: last.id },
      };
    },

    async count(organizationId, given) {
      const filter = await narrowParticipants(sql, given);
      const { search } = filter;
      if (search !== undefined) return countFound(sql, organizationId, { ...filter, search });
      return countSessions(sql, conditionsOf(organizationId, filter), maxCounted);
    },

    parts: (ids) => readSessionParts(sql, ids),
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
