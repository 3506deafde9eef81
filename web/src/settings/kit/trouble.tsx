import type { ReactNode } from "react";
import classes from "./trouble.module.css";

/** A recorded error of an external service. */
export function Trouble({ children }: { readonly children: ReactNode }) {
  return (
    <div className={classes.trouble} dir="auto">
      {children}
    </div>
  );
}
