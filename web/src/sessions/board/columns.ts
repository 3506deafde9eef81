import { type Group, groupNames } from "../group-sessions.ts";

export type Direction = "up" | "down" | "left" | "right";

/** Returns a column for each group. Columns stay if they are empty, but pinned sessions have one only if needed. Pure. */
export function columnsOf(groups: readonly Group[]): Group[] {
  return groupNames
    .map((name) => groups.find((group) => group.name === name) ?? { name, sessions: [], total: 0 })
    .filter(({ name, sessions }) => name !== "pinned" || sessions.length > 0);
}

/**
 * Returns the ID of the session next to another one, or the first one if the other is not on the board. Returns null at
 * the end. Left and right skip empty columns and keep the position in the column if possible. Pure.
 */
export function neighborOf(
  columns: readonly Group[],
  id: string | null,
  direction: Direction,
): string | null {
  const filled = columns.filter(({ sessions }) => sessions.length > 0);
  const column = filled.findIndex(({ sessions }) => sessions.some((session) => session.id === id));
  const sessions = filled[column]?.sessions;
  if (sessions === undefined) return filled[0]?.sessions[0]?.id ?? null;
  const row = sessions.findIndex((session) => session.id === id);
  if (direction === "up") return sessions[row - 1]?.id ?? null;
  if (direction === "down") return sessions[row + 1]?.id ?? null;
  const next = filled[column + (direction === "left" ? -1 : 1)]?.sessions;
  return (next?.[row] ?? next?.at(-1))?.id ?? null;
}
