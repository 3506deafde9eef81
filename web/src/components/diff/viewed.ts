import type { DiffFile } from "./parse-patch.ts";

/** Viewed files of one diff: the signature of each file when the user marked it, by path. */
export type Viewed = Readonly<Record<string, string>>;

interface StoredDiff {
  readonly scope: string;
  readonly files: Viewed;
}

const MAX_DIFFS = 100;

/** Returns the viewed files of a diff. Ignores invalid stored data. Pure. */
export function readViewed(stored: string | null, scope: string): Viewed {
  return parse(stored).find((one) => one.scope === scope)?.files ?? {};
}

/** Returns the value to store. It contains the 100 most recent diffs, starting with this one. Pure. */
export function withViewed(stored: string | null, scope: string, files: Viewed): string {
  const others = parse(stored).filter((one) => one.scope !== scope);
  const own = Object.keys(files).length === 0 ? [] : [{ scope, files }];
  return JSON.stringify([...own, ...others].slice(0, MAX_DIFFS));
}

/**
 * Returns a short value that changes with the changes of a file, and not with the line numbers, so that a file stays
 * viewed if a new head commit only moves its lines. The patch does not show how a binary file changed, so its value
 * changes with each head commit. Pure.
 */
export function signatureOf(
  { path, oldPath, kind, modeChange, isBinary, hunks }: DiffFile,
  head: string | null,
): string {
  let hash = 5381;
  let length = 0;
  const add = (text: string) => {
    for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, 33) ^ text.charCodeAt(at)) >>> 0;
    length += text.length;
  };
  add(JSON.stringify([path, oldPath, kind, modeChange, isBinary && head]));
  for (const { changes } of hunks) for (const { type, content } of changes) add(`${type[0]}${content}\n`);
  return `${hash.toString(36)}.${length.toString(36)}`;
}

function parse(stored: string | null): readonly StoredDiff[] {
  try {
    const parsed: unknown = JSON.parse(stored ?? "[]");
    return Array.isArray(parsed) ? parsed.filter(isStoredDiff) : [];
  } catch {
    // Another program may have written the value. The user then marks the files again.
    return [];
  }
}

function isStoredDiff(value: unknown): value is StoredDiff {
  if (typeof value !== "object" || value === null) return false;
  const { scope, files } = value as Partial<Record<keyof StoredDiff, unknown>>;
  return (
    typeof scope === "string" &&
    typeof files === "object" &&
    files !== null &&
    Object.values(files).every((one) => typeof one === "string")
  );
}
