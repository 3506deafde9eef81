import type { SessionListItem } from "@tembo-io/sdk";

/**
 * Returns the rows to show. Replaces rows with newer data from the newest page and the active sessions, and adds new
 * rows at the top. Pure.
 */
export function mergeSessions(
  pages: readonly SessionListItem[],
  newest: readonly SessionListItem[],
  active: readonly SessionListItem[],
): SessionListItem[] {
  const fresh = new Map([...active, ...newest].map((session) => [session.id, session]));
  const isAtHead = new Set(newest.map(({ id }) => id));
  return [
    ...newest,
    ...pages.filter(
      ({ id }, index) => !isAtHead.has(id) && pages.findIndex((one) => one.id === id) === index,
    ),
  ].map((session) => fresh.get(session.id) ?? session);
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
