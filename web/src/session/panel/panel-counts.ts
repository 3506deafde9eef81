import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Session, SessionEvent } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { text } from "../../text/index.ts";
import { changingTypes } from "./changes/changes-query.ts";
import { countParts } from "./count-parts.ts";
import type { PanelName } from "./panel-search.ts";
import { versionOf } from "./version-of.ts";

/** The highest count that a tab shows. The server lists at most 100 artifacts of a session. */
const MAX_SHOWN = 99;

type Counts = Readonly<Partial<Record<PanelName, number>>>;

/** Returns the number of changed files, pull requests and artifacts, as far as they are known. */
export function usePanelCounts(session: Session | undefined, events: readonly SessionEvent[]): Counts {
  const id = session?.id ?? "";
  const version = versionOf(events, changingTypes);
  const changes = useQuery({
    queryKey: ["session", id, "diffs", "count", version],
    queryFn: async ({ signal }) => {
      const { items } = await tembo.sessions.diffs.list(id, { hasChanges: true, limit: 100 }, { signal });
      return items.reduce((sum, { changedFiles }) => sum + changedFiles, 0);
    },
    enabled: session !== undefined && (version > 0 || session.diffSummary !== null),
    placeholderData: keepPreviousData,
  });
  return {
    ...(changes.data !== undefined && { changes: changes.data }),
    ...(session !== undefined && countParts(session)),
  };
}

/** Formats the number of things in a panel. Returns null if there are none or their number is unknown. */
export function formatPanelCount(count: number | undefined): string | null {
  if (count === undefined || count === 0) return null;
  return count > MAX_SHOWN ? text.panel.manyCount(MAX_SHOWN) : `${count}`;
}
