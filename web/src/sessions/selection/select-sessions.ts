/** Selected sessions of the list. */
export interface Selection {
  readonly ids: ReadonlySet<string>;
  /** Session that was selected or cleared last, where a range starts. */
  readonly anchorId: string | null;
}

export const noSelection: Selection = { ids: new Set(), anchorId: null };

/** Selects the session, or clears it if it is selected. Pure. */
export function toggleSession({ ids }: Selection, id: string): Selection {
  const toggled = new Set(ids);
  if (!toggled.delete(id)) toggled.add(id);
  return { ids: toggled, anchorId: id };
}

/**
 * Selects the sessions from the anchor to the session, in the order of the list. Toggles the session if there is no
 * anchor, or if the list does not contain it. Pure.
 */
export function selectRange(selection: Selection, id: string, order: readonly string[]): Selection {
  const [from, to] = [order.indexOf(selection.anchorId ?? ""), order.indexOf(id)];
  if (from === -1 || to === -1) return toggleSession(selection, id);
  const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { ids: new Set([...selection.ids, ...range]), anchorId: id };
}

/** Clears the sessions. Pure. */
export function clearSessions({ ids, anchorId }: Selection, cleared: readonly string[]): Selection {
  const rest = new Set(ids);
  for (const id of cleared) rest.delete(id);
  return rest.size === 0 ? noSelection : { ids: rest, anchorId };
}
