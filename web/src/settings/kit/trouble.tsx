import type { ReactNode } from "react";
import classes from "./trouble.module.css";

/** What went wrong with something outside, as it is kept. */
export function Trouble({ children }: { readonly children: ReactNode }) {
  return (
    <div className={classes.trouble} dir="auto">
      {children}
    </div>
  );
}
