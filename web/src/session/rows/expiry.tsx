import { useNow } from "../../components/time-ago.tsx";
import { formatDateTime } from "../../format/dates.ts";
import { describeExpiry } from "../../format/describe-expiry.ts";
import classes from "./rows.module.css";

/** Time until a request expires, in words. The tooltip shows the exact time. */
export function Expiry({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} title={formatDateTime(new Date(at))} className={classes.expiry}>
      {describeExpiry(at, useNow())}
    </time>
  );
}
