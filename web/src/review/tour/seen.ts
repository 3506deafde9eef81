/** A user's progress in the tour of one pull request. */
interface Progress {
  readonly id: string;
  readonly head: string;
  readonly seen: readonly string[];
}

const MOST_TOURS = 100;

/** Returns the keys of the sections seen at this head. Ignores progress at other heads. */
export function readSeen(stored: string | null, id: string, head: string): ReadonlySet<string> {
  const progress = read(stored).find((one) => one.id === id && one.head === head);
  return new Set(progress?.seen);
}

/** Returns the value to store. It contains the most recent tours, starting with this one. */
export function withSeen(stored: string | null, { id, head, seen }: Progress): string {
  const others = read(stored).filter((one) => one.id !== id);
  return JSON.stringify([{ id, head, seen }, ...others].slice(0, MOST_TOURS));
}

/** Parses the stored value. Omits invalid entries. */
function read(stored: string | null): readonly Progress[] {
  try {
    const parsed: unknown = JSON.parse(stored ?? "[]");
    return Array.isArray(parsed) ? parsed.filter(isProgress) : [];
  } catch {
    return [];
  }
}

function isProgress(value: unknown): value is Progress {
  if (typeof value !== "object" || value === null) return false;
  const { id, head, seen } = value as Partial<Record<keyof Progress, unknown>>;
  return (
    typeof id === "string" &&
    typeof head === "string" &&
    Array.isArray(seen) &&
    seen.every((key) => typeof key === "string")
  );
}
