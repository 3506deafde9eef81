import {
  IconArchive,
  IconArchiveOff,
  IconGitPullRequest,
  IconPin,
  IconPinnedFilled,
} from "@tabler/icons-react";
import { useRouter } from "@tanstack/react-router";
import type { SessionListItem } from "@tembo-io/sdk";
import type { MouseEvent } from "react";
import { formatCount } from "../format/numbers.ts";
import { text } from "../text/index.ts";
import classes from "./session-row.module.css";
import type { Sort } from "./sessions-search.ts";

/** Properties of a session's row in the list and of its card on the board. */
export interface SessionItemProps {
  readonly session: SessionListItem;
  /** Names by ID, or undefined until they have loaded. */
  readonly repositoryNames: ReadonlyMap<string, string> | undefined;
  readonly agentName: string;
  readonly sort: Sort | undefined;
  readonly onFocus: (id: string) => void;
  readonly onPin: (session: SessionListItem) => void;
  readonly onArchive: (session: SessionListItem) => void;
}

export const sessionHref = (id: string) => `/sessions/${encodeURIComponent(id)}`;

/** Returns the properties, except the address, of a link that opens the session and preloads its page. */
export function useSessionLink(id: string) {
  const router = useRouter();
  const place = { to: "/sessions/$sessionId", params: { sessionId: id } } as const;
  return {
    id: `session-${id}`,
    onClick: (event: MouseEvent) => {
      if (!isPlainClick(event)) return;
      event.preventDefault();
      // A key press has no click count. Then the page's keys remain usable.
      void router.navigate({ ...place, state: { focusesMessage: event.detail > 0 } });
    },
    onPointerEnter: () => void router.preloadRoute(place),
  };
}

/** Changed lines and pull requests of a session. */
export function SessionMarks({ session }: { readonly session: SessionListItem }) {
  const pullRequests = session.artifacts.flatMap((artifact) => artifact.pullRequests);
  const { diffSummary } = session;
  return (
    <>
      {diffSummary !== null && (
        <span
          className={classes.lines}
          aria-label={text.sessions.lines(diffSummary.additions, diffSummary.deletions)}
          role="img"
        >
          <span className={classes.added}>+{formatCount(diffSummary.additions)}</span>{" "}
          <span className={classes.removed}>−{formatCount(diffSummary.deletions)}</span>
        </span>
      )}
      {pullRequests.length > 0 && (
        <span
          className={classes.pulls}
          aria-label={text.sessions.openPullRequests(pullRequests.length)}
          role="img"
          data-status={pullStatus(pullRequests)}
        >
          <IconGitPullRequest size={15} aria-hidden />
          {pullRequests.length}
        </span>
      )}
    </>
  );
}

/** Buttons that archive and pin a session. They appear while the pointer or the focus is on the session. */
export function SessionActions({
  session,
  onFocus,
  onPin,
  onArchive,
}: Pick<SessionItemProps, "session" | "onPin" | "onArchive"> & { readonly onFocus: () => void }) {
  const Pin = session.isPinned ? IconPinnedFilled : IconPin;
  const isArchived = session.archivedAt !== null;
  const Archive = isArchived ? IconArchiveOff : IconArchive;
  return (
    <>
      <button
        type="button"
        className={classes.action}
        aria-label={
          isArchived ? text.sessions.unarchive(session.title) : text.sessions.archive(session.title)
        }
        onFocus={onFocus}
        onClick={() => onArchive(session)}
      >
        <Archive size={15} aria-hidden />
      </button>
      <button
        type="button"
        className={classes.action}
        aria-label={session.isPinned ? text.sessions.unpin(session.title) : text.sessions.pin(session.title)}
        data-pinned={session.isPinned || undefined}
        onFocus={onFocus}
        onClick={() => onPin(session)}
      >
        <Pin size={15} aria-hidden />
      </button>
    </>
  );
}

/** Returns `open` if a pull request is open, otherwise `merged` if one is merged. */
function pullStatus(pulls: SessionListItem["artifacts"][number]["pullRequests"]): string {
  const statuses = new Set(pulls.map(({ status }) => status));
  return (["open", "merged", "closed"] as const).find((status) => statuses.has(status)) ?? "closed";
}

/**
 * Returns true for a click without modifiers. The browser handles other clicks, which open a tab, open a window or
 * start a download.
 */
function isPlainClick(event: MouseEvent): boolean {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}
