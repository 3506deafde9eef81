import { ScrollRegion } from "../../components/scroll-region.tsx";
import { stripTerminalCodes } from "../strip-terminal-codes.ts";
import classes from "./rows.module.css";

/** Output of a program, as in a terminal. */
export function Output({ label, children }: { readonly label: string; readonly children: string }) {
  return (
    <ScrollRegion className={classes.output} label={label}>
      <pre>{stripTerminalCodes(children)}</pre>
    </ScrollRegion>
  );
}
