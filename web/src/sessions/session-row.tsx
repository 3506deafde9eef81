import { IconLock } from "@tabler/icons-react";
import { memo } from "react";
import { StateMark, shownState } from "../components/state-mark.tsx";
import { TimeAgo } from "../components/time-ago.tsx";
import { text } from "../text/index.ts";
import { sortTime } from "./merge-sessions.ts";
import {
  SessionActions,
  type SessionItemProps,
  SessionMarks,
  sessionHref,
  useSessionLink,
} from "./session-parts.tsx";
import classes from "./session-row.module.css";

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
}: SessionItemProps & {
  readonly isCurrent: boolean;
  readonly isSelected: boolean;
  /** Selects the session, or clears it. A range selects all sessions since the last one. */
  readonly onSelect: (id: string, isRange: boolean) => void;
}) {
  const repositories = session.sessionSource.repositories.flatMap(({ id }) => repositoryNames?.get(id) ?? []);
  const link = useSessionLink(session.id);
  const focus = () => onFocus(session.id);
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
      <a {...link} href={sessionHref(session.id)} className={classes.link} onFocus={focus}>
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
        <SessionMarks session={session} />
        <span className={classes.time}>
          <TimeAgo at={sortTime(session, sort)} />
        </span>
      </a>
      <SessionActions session={session} onFocus={focus} onPin={onPin} onArchive={onArchive} />
    </div>
  );
});
