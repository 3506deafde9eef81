import { formatDateTime, formatMoment } from "../format/dates.ts";

/** Date and time in the user's time zone, without the year. The tooltip includes the year. */
export function Moment({ at }: { readonly at: string }) {
  const date = new Date(at);
  return (
    <time dateTime={at} title={formatDateTime(date)}>
      {formatMoment(date)}
    </time>
  );
}
