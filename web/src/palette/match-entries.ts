/** Entry of the command palette. */
export interface Entry {
  readonly id: string;
  readonly label: string;
  /** Additional words by which the entry is found, such as its group. */
  readonly about: string;
  readonly run: () => void;
}

/**
 * Returns the entries that contain every word of the query, at most `limit`. Entries whose label starts with the query come
 * first. Pure.
 */
export function matchEntries<E extends Pick<Entry, "label" | "about">>(
  entries: readonly E[],
  query: string,
  limit: number,
): E[] {
  const wanted = query.trim().toLowerCase();
  const words = wanted.split(/\s+/);
  const found = entries.filter(({ label, about }) => {
    const text = `${label} ${about}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const starts = ({ label }: E) => (label.toLowerCase().startsWith(wanted) ? 0 : 1);
  return found.toSorted((a, b) => starts(a) - starts(b)).slice(0, limit);
}
