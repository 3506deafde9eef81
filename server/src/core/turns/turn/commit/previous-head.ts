import type { EventData } from "../../../sessions/index.ts";

/**
 * The commit that the turn recorded for the repository before this one; null when there is none. A repeated step finds its own commit
 * among the events and looks past it.
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
