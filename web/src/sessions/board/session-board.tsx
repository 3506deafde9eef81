import { Link } from "@tanstack/react-router";
import type { SessionListItem } from "@tembo-io/sdk";
import { type FocusEvent, type ReactNode, type RefObject, useCallback, useLayoutEffect, useRef } from "react";
import { MoreButton, type MoreButtonProps } from "../../components/more-button.tsx";
import { useKeys } from "../../shell/use-keys.ts";
import { text } from "../../text/index.ts";
import { GroupHeading } from "../group-heading.tsx";
import type { Group } from "../group-sessions.ts";
import { useBulk } from "../selection/use-bulk.tsx";
import { withFilters } from "../sessions-search.ts";
import { useSessionItems } from "../use-session-items.ts";
import { columnsOf, type Direction, neighborOf } from "./columns.ts";
import classes from "./session-board.module.css";
import { SessionCard } from "./session-card.tsx";

const words = text.sessions.board;

/** The sessions in one column for each group. Filtered sessions are grouped by their own state. */
export function SessionBoard({
  groups,
  more,
  isFiltered,
}: {
  readonly groups: readonly Group[];
  /** The list whose next page the button in the last column loads. */
  readonly more: MoreButtonProps["query"];
  readonly isFiltered: boolean;
}) {
  const columns = columnsOf(groups);
  const sessions = columns.flatMap((column) => column.sessions);
  const current = useRef<string | null>(null);
  const { pin, archive, propsOf } = useSessionItems(sessions, useBulk(nothingToClear).run);
  const onFocus = useCallback((id: string) => {
    current.current = id;
  }, []);
  const keepFocus = useFocusThatMoves(current);
  const go = (direction: Direction) => {
    const id = neighborOf(columns, current.current, direction);
    if (id !== null) document.getElementById(`session-${id}`)?.focus();
    return id !== null;
  };
  const withCurrent = (act: (session: SessionListItem) => void) => {
    const session = sessions.find(({ id }) => id === current.current);
    if (session !== undefined) act(session);
  };
  useKeys({
    j: () => go("down"),
    k: () => go("up"),
    h: () => go("left"),
    l: () => go("right"),
    p: () => withCurrent((session) => pin(session)),
    e: () =>
      withCurrent((session) => {
        // The archived card disappears with its focus.
        go("down") || go("up") || go("right") || go("left");
        archive(session);
      }),
  });
  return (
    <section className={classes.board} aria-label={words.label} {...keepFocus}>
      {columns.map((column) => (
        <Column key={column.name} group={column} isFiltered={isFiltered}>
          {column.sessions.map((session) => (
            <li key={session.id} className={classes.item}>
              <SessionCard {...propsOf(session)} onFocus={onFocus} />
            </li>
          ))}
          {column.name === "done" && (
            <li className={classes.more}>
              <MoreButton query={more} size="xs" />
            </li>
          )}
        </Column>
      ))}
    </section>
  );
}

function Column({
  group: { name, sessions, total },
  isFiltered,
  children,
}: {
  readonly group: Group;
  readonly isFiltered: boolean;
  readonly children: ReactNode;
}) {
  const title = text.sessions.groups[name];
  const hasMore = total !== null && total > sessions.length;
  return (
    <div className={classes.column}>
      <GroupHeading name={name} total={isFiltered ? null : total} className={classes.heading} />
      {sessions.length === 0 && <p className={classes.empty}>{words.empty}</p>}
      <ul className={classes.cards} aria-label={words.column(title)}>
        {children}
        {hasMore && (
          <li className={classes.more}>
            <Link from="/sessions" to="/sessions" search={withFilters({ state: name })}>
              {text.sessions.showAll(total, title)}
            </Link>
          </li>
        )}
      </ul>
    </div>
  );
}

/** Focuses the card that had the focus again after its session moved to another column, which renders it again. */
function useFocusThatMoves(current: RefObject<string | null>) {
  const isInside = useRef(false);
  useLayoutEffect(() => {
    if (!isInside.current || document.activeElement !== document.body) return;
    document.getElementById(`session-${current.current}`)?.focus({ preventScroll: true });
  });
  return {
    onFocus: () => {
      isInside.current = true;
    },
    onBlur: ({ target, relatedTarget, currentTarget }: FocusEvent) => {
      if (currentTarget.contains(relatedTarget)) return;
      // A removed card loses the focus, but the user did not move it.
      queueMicrotask(() => {
        if (target.isConnected) isInside.current = false;
      });
    },
  };
}

const nothingToClear = () => undefined;
