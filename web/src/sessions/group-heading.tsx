import { formatCount } from "../format/numbers.ts";
import { text } from "../text/index.ts";
import classes from "./group-heading.module.css";
import type { GroupName } from "./group-sessions.ts";

/** Name of a group and its number of sessions, if it is known. */
export const GroupHeading = ({
  name,
  total,
  className,
}: {
  readonly name: GroupName;
  readonly total: number | null;
  readonly className: string | undefined;
}) => (
  <h2 className={`${classes.heading} ${className}`} data-group={name}>
    {text.sessions.groups[name]}{" "}
    {total !== null && <span className={classes.total}>{formatCount(total)}</span>}
  </h2>
);
