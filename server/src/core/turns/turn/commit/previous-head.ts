import type { EventData } from "../../../sessions/index.ts";

/**
 * Returns the last commit that the turn recorded for the repository, or null if it recorded none. If a repeated step
 * has already recorded the given commit, returns the commit before it.
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
