import { formatCount } from "../../format/numbers.ts";
import { text } from "../../text/index.ts";
import classes from "./diff.module.css";

export function LineCounts({
  additions,
  deletions,
}: {
  readonly additions: number;
  readonly deletions: number;
}) {
  return (
    <span className={classes.counts} role="img" aria-label={text.diff.lines(additions, deletions)}>
      <span className={classes.added}>+{formatCount(additions)}</span>{" "}
      <span className={classes.removed}>−{formatCount(deletions)}</span>
    </span>
  );
}
