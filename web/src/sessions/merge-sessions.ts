import type { SessionListItem } from "@tembo-io/sdk";
import type { Sort } from "./sessions-search.ts";

/** First page of the list. */
interface Newest {
  /** Order of the rows. */
  readonly sort?: Sort | undefined;
  readonly items: readonly SessionListItem[];
  readonly nextCursor: string | null;
  /** True if the page was read after the rows. */
  readonly isNewer: boolean;
}

/**
 * Returns the rows to show. Replaces rows with newer data from the newest page and the active sessions, and adds new
 * rows at the top. Omits rows that would be on the newest page but are not, because they no longer match. Pure.
 */
export function mergeSessions(
  pages: readonly SessionListItem[],
  newest: Newest,
  active: readonly SessionListItem[],
): SessionListItem[] {
  const fresh = new Map([...active, ...newest.items].map((session) => [session.id, session]));
  const isAtHead = new Set(newest.items.map(({ id }) => id));
  const last = newest.nextCursor === null ? undefined : newest.items.at(-1);
  const hasLeft = (session: SessionListItem) =>
    newest.isNewer && (last === undefined || isListedBefore(session, last, newest.sort));
  return [
    ...newest.items,
    ...pages.filter(
      (session, index) =>
        !isAtHead.has(session.id) &&
        !hasLeft(session) &&
        pages.findIndex((one) => one.id === session.id) === index,
    ),
  ].map((session) => fresh.get(session.id) ?? session);
}

/** Returns the time by which the list is sorted. Pure. */
export function sortTime(session: SessionListItem, sort: Sort | undefined): string {
  return sort === undefined ? (session.lastQueuedAt ?? session.createdAt) : session[sort];
}

/** The order of the list: the newest first, and then by ID. */
function isListedBefore(one: SessionListItem, other: SessionListItem, sort: Sort | undefined): boolean {
  const [time, otherTime] = [sortTime(one, sort), sortTime(other, sort)];
  return time === otherTime ? one.id > other.id : time > otherTime;
}

/** Returns true if a row is shown as active but its session no longer is. The list must then be reloaded. Pure. */
export function hasSettled(
  shown: readonly SessionListItem[],
  active: { readonly items: readonly SessionListItem[]; readonly nextCursor: string | null },
): boolean {
  // If there is more than one page of active sessions, a session that is not on the first page may still be active.
  if (active.nextCursor !== null) return false;
  const ids = new Set(active.items.map(({ id }) => id));
  return shown.some(({ id, state }) => (state.inProgress || state.isQueued) && !ids.has(id));
}
