import type { SessionSort } from "../../../core/ports/store/session-list.ts";
import type { Queries } from "../../../core/ports/store/store.ts";
import type { Sql } from "../sql.ts";
import { countFound, searchSessions } from "./search-sessions.ts";
import { conditionsOf } from "./session-conditions.ts";
import { readSessionParts } from "./session-parts.ts";
import { columns, type SessionRow, toSession } from "./session-row.ts";

const orderOf: Readonly<Record<SessionSort, string>> = {
  lastQueuedAt: "coalesce(sessions.last_queued_at, sessions.created_at)",
  createdAt: "sessions.created_at",
  updatedAt: "sessions.updated_at",
};

export function sessionListQueries(sql: Sql): Queries["sessionLists"] {
  return {
    async page(organizationId, page) {
      // One more than asked for is read: its presence says that another page follows.
      const limit = page.limit + 1;
      const { search } = page;
      if (search !== undefined) {
        const found = await searchSessions(sql, organizationId, { ...page, search, limit });
        const shown = found.slice(0, page.limit);
        const last = found.length > page.limit ? shown.at(-1)! : null;
        return {
          sessions: shown.map(({ session }) => session),
          next: last === null ? null : { value: last.rank, id: last.session.id },
        };
      }
      const where = conditionsOf(organizationId, page);
      const order = orderOf[page.sortBy];
      if (page.after !== undefined) {
        const at = where.value(new Date(page.after.value));
        where.also(`(${order}, sessions.id) < (${at}::timestamptz, ${where.value(page.after.id)}::uuid)`);
      }
      const rows = await sql.rowsPlannedAnew<SessionRow & { sorted_at: Date }>(
        `select ${columns}, ${order} as sorted_at from sessions where ${where.text}
         order by ${order} desc, sessions.id desc limit ${where.value(limit)}`,
        where.values,
      );
      const shown = rows.slice(0, page.limit);
      const last = rows.length > page.limit ? shown.at(-1)! : null;
      return {
        sessions: shown.map(toSession),
        next: last === null ? null : { value: last.sorted_at.getTime(), id: last.id },
      };
    },

    async count(organizationId, filter) {
      const { search } = filter;
      if (search !== undefined) return countFound(sql, organizationId, { ...filter, search });
      const where = conditionsOf(organizationId, filter);
      const [row] = await sql.rowsPlannedAnew<{ total: number }>(
        `select count(*)::float8 as total from sessions where ${where.text}`,
        where.values,
      );
      return row!.total;
    },

    parts: (ids) => readSessionParts(sql, ids),
  };
}
