import { text } from "../../text/index.ts";
import type { Connection } from "../feed/session-feed.ts";
import classes from "./session-header.module.css";

export function ConnectionMark({ connection }: { readonly connection: Connection }) {
  const words = text.session.connection[connection];
  return (
    <span className={classes.connection} role="status" aria-live="polite" title={words}>
      <span className={classes.dot} data-connection={connection} aria-hidden />
      <span className={classes.connectionWords}>{words}</span>
    </span>
  );
}
