import { IconLock } from "@tabler/icons-react";
import { memo } from "react";
import { StateMark, shownState } from "../../components/state-mark.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { text } from "../../text/index.ts";
import { sortTime } from "../merge-sessions.ts";
import {
  SessionActions,
  type SessionItemProps,
  SessionMarks,
  sessionHref,
  useSessionLink,
} from "../session-parts.tsx";
import rows from "../session-row.module.css";
import classes from "./session-board.module.css";

/** Card of a session on the board. The whole card, except its buttons, is a link to the session. */
export const SessionCard = memo(function SessionCard({
  session,
  repositoryNames,
  agentName,
  sort,
  onFocus,
  onPin,
  onArchive,
}: SessionItemProps) {
  const link = useSessionLink(session.id);
  const focus = () => onFocus(session.id);
  const repositories = session.sessionSource.repositories.flatMap(({ id }) => repositoryNames?.get(id) ?? []);
  return (
    <div className={`${rows.row} ${classes.card}`}>
      <a {...link} href={sessionHref(session.id)} className={classes.link} onFocus={focus}>
        <span className={classes.head}>
          <StateMark state={shownState(session)} />
          <span className={classes.title} dir="auto">
            {session.title}
          </span>
        </span>
        {session.attention !== null && (
          <span className={rows.reason} data-reason={session.attention}>
            {text.sessions.attention[session.attention]}
          </span>
        )}
        {repositories.length > 0 && (
          <span className={classes.line} dir="auto">
            {repositories.join(", ")}
          </span>
        )}
        {session.attempt !== null && (
          <span className={classes.line}>
            {text.attempts.place(session.attempt.number, session.attempt.count)}
          </span>
        )}
        <span className={classes.line}>{agentName}</span>
        <span className={classes.foot}>
          <TimeAgo at={sortTime(session, sort)} />
          {session.visibility === "private" && (
            <IconLock size={14} role="img" aria-label={text.sessions.private} />
          )}
          <SessionMarks session={session} />
        </span>
      </a>
      <div className={classes.actions}>
        <SessionActions session={session} onFocus={focus} onPin={onPin} onArchive={onArchive} />
      </div>
    </div>
  );
});
