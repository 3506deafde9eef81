/** Formats a date as `2026-03-02`, in the reader's time zone. */
export const dayOf = (date: Date) =>
  [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");

/** Returns the last `days` days including today, in order. */
export const lastDays = (now: Date, days: number): string[] =>
  Array.from({ length: days }, (_, index) =>
    dayOf(new Date(now.getFullYear(), now.getMonth(), now.getDate() - (days - 1 - index))),
  );

const format = new Intl.DateTimeFormat("en", { day: "numeric", month: "short" });

/** Formats a day such as `2026-03-02` as `Mar 2`. */
export const shortDay = (day: string) => format.format(new Date(`${day}T00:00`));
