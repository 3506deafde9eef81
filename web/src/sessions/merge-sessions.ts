import type { SessionListItem } from "@tembo-io/sdk";

/**
 * The rows to show: those of the pages, with what the newest page and the list of active sessions know better put in their place, and
 * what is new at the head. Pure.
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

/** Whether rows below the head are shown as active that are not any more: they are to be read anew. Pure. */
export function hasSettled(
  shown: readonly SessionListItem[],
  active: { readonly items: readonly SessionListItem[]; readonly nextCursor: string | null },
): boolean {
  // Of more than one page of active sessions nothing can be told by absence.
  if (active.nextCursor !== null) return false;
  const ids = new Set(active.items.map(({ id }) => id));
  return shown.some(({ id, state }) => (state.inProgress || state.isQueued) && !ids.has(id));
}
