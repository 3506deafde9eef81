/** 2026-03-02, as the reader's clock has it. */
export const dayOf = (date: Date) =>
  [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");

/** The last days up to now, in order. */
export const lastDays = (now: Date, days: number): string[] =>
  Array.from({ length: days }, (_, index) =>
    dayOf(new Date(now.getFullYear(), now.getMonth(), now.getDate() - (days - 1 - index))),
  );

const format = new Intl.DateTimeFormat("en", { day: "numeric", month: "short" });

/** Mar 2, for a day as above. */
export const shortDay = (day: string) => format.format(new Date(`${day}T00:00`));
