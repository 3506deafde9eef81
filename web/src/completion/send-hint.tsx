import { text } from "../text/index.ts";
import classes from "./completion.module.css";
import { useEnterSends } from "./use-sending.ts";

/** States which key sends the message. Hidden on touch screens. */
export function SendHint() {
  return <span className={classes.keys}>{text.completion.keys(useEnterSends())}</span>;
}
