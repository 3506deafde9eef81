import {
  IconArchive,
  IconArchiveOff,
  IconGitPullRequest,
  IconLock,
  IconPin,
  IconPinnedFilled,
} from "@tabler/icons-react";
import { useRouter } from "@tanstack/react-router";
import type { SessionListItem } from "@tembo-io/sdk";
import { type MouseEvent, memo } from "react";
import { StateMark, shownState } from "../components/state-mark.tsx";
import { TimeAgo } from "../components/time-ago.tsx";
import { formatCount } from "../format/numbers.ts";
import { text } from "../text/index.ts";
import { sortTime } from "./merge-sessions.ts";
import classes from "./session-row.module.css";
import type { Sort } from "./sessions-search.ts";

/** Session row. Uses plain elements, because the list renders many rows before it can handle the first key press. */
export const SessionRow = memo(function SessionRow({
  session,
  repositoryNames,
  agentName,
  sort,
  isCurrent,
  isSelected,
  onSelect,
  onFocus,
  onPin,
  onArchive,
}: {
  readonly session: SessionListItem;
  /** Names by ID, or undefined until they have loaded. */
  readonly repositoryNames: ReadonlyMap<string, string> | undefined;
  readonly agentName: string;
  readonly sort: Sort | undefined;
  readonly isCurrent: boolean;
  readonly isSelected: boolean;
  /** Selects the session, or clears it. A range selects all sessions since the last one. */
  readonly onSelect: (id: string, isRange: boolean) => void;
  readonly onFocus: (id: string) => void;
  readonly onPin: (session: SessionListItem) => void;
  readonly onArchive: (session: SessionListItem) => void;
}) {
  const pullRequests = session.artifacts.flatMap((artifact) => artifact.pullRequests);
  const { diffSummary } = session;
  const Pin = session.isPinned ? IconPinnedFilled : IconPin;
  const isArchived = session.archivedAt !== null;
  const Archive = isArchived ? IconArchiveOff : IconArchive;
  const repositories = session.sessionSource.repositories.flatMap(({ id }) => repositoryNames?.get(id) ?? []);
  const router = useRouter();
  const place = { to: "/sessions/$sessionId", params: { sessionId: session.id } } as const;
  const focus = () => onFocus(session.id);
  const open = (event: MouseEvent) => {
    if (!isPlainClick(event)) return;
    event.preventDefault();
    // A key press has no click count. Then the page's keys remain usable.
    void router.navigate({ ...place, state: { focusesMessage: event.detail > 0 } });
  };
  return (
    <div
      className={classes.row}
      data-current={isCurrent || undefined}
      data-selected={isSelected || undefined}
    >
      <input
        type="checkbox"
        className={classes.select}
        aria-label={text.sessions.select(session.title)}
        checked={isSelected}
        onFocus={focus}
        // Otherwise, Shift selects the text of the rows.
        onMouseDown={(event) => event.shiftKey && event.preventDefault()}
        onChange={({ nativeEvent }) =>
          onSelect(session.id, "shiftKey" in nativeEvent && nativeEvent.shiftKey === true)
        }
      />
      <a
        href={`/sessions/${encodeURIComponent(session.id)}`}
        id={`session-${session.id}`}
        className={classes.link}
        onClick={open}
        onPointerEnter={() => void router.preloadRoute(place)}
        onFocus={focus}
      >
        <StateMark state={shownState(session)} />
        <div className={classes.words}>
          <div className={classes.title} dir="auto">
            {session.title}
          </div>
          <div className={classes.about}>
            {session.attention !== null && (
              <span className={classes.reason} data-reason={session.attention}>
                {text.sessions.attention[session.attention]}
              </span>
            )}
            {repositories.length > 0 && (
              <span className={classes.repositories} dir="auto">
                {repositories.join(", ")}
              </span>
            )}
            {session.attempt !== null && (
              <span className={classes.attempt}>
                {text.attempts.place(session.attempt.number, session.attempt.count)}
              </span>
            )}
            <span className={classes.agent}>{agentName}</span>
          </div>
        </div>
        {session.visibility === "private" && (
          <IconLock size={15} role="img" aria-label={text.sessions.private} className={classes.mark} />
        )}
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
        <span className={classes.time}>
          <TimeAgo at={sortTime(session, sort)} />
        </span>
      </a>
      <button
        type="button"
        className={classes.action}
        aria-label={
          isArchived ? text.sessions.unarchive(session.title) : text.sessions.archive(session.title)
        }
        onFocus={focus}
        onClick={() => onArchive(session)}
      >
        <Archive size={15} aria-hidden />
      </button>
      <button
        type="button"
        className={classes.action}
        aria-label={session.isPinned ? text.sessions.unpin(session.title) : text.sessions.pin(session.title)}
        data-pinned={session.isPinned || undefined}
        onFocus={focus}
        onClick={() => onPin(session)}
      >
        <Pin size={15} aria-hidden />
      </button>
    </div>
  );
});

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
