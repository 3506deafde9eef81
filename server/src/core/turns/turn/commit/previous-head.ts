import type { EventData } from "../../../sessions/index.ts";

/**
 * Returns the commit that the turn recorded for the repository before the given one, or null. If a repeated step has
 * already recorded its own commit, returns the one before that.
 */
export function previousHead(
  events: readonly EventData[],
  { repository, sha }: { readonly repository: string; readonly sha: string },
): string | null {
  const shas = events.flatMap((event) =>
    event.type === "commit.created" && event.repository === repository ? [event.sha] : [],
  );
  const own = shas.indexOf(sha);
  return (own === -1 ? shas : shas.slice(0, own)).at(-1) ?? null;
}
