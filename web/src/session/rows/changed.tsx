import { formatCount } from "../../format/numbers.ts";
import { text } from "../../text/index.ts";
import type { LineCounts } from "../transcript/count-lines.ts";
import classes from "./rows.module.css";

/** Numbers of added and removed lines, or nothing if no line changed. */
export function Changed({ lines: { added, removed } }: { readonly lines: LineCounts }) {
  if (added === 0 && removed === 0) return null;
  return (
    <span className={classes.changed} role="img" aria-label={text.session.lines(added, removed)}>
      <span className={classes.good}>+{formatCount(added)}</span>{" "}
      <span className={classes.bad}>−{formatCount(removed)}</span>
    </span>
  );
}
