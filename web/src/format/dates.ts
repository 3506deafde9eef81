import { lazily } from "./lazily.ts";

/**
 * Returns formatters for dates and times. Names of months and weekdays are English and digits are Latin, like the text
 * of the dashboard. The order of day and month and the 12- or 24-hour clock follow the locale. Pure.
 */
export function dateFormats(locale: string, timeZone?: string) {
  const language = englishOf(locale);
  const { hourCycle } = new Intl.DateTimeFormat(locale, { hour: "numeric" }).resolvedOptions();
  const formatter = (options: Intl.DateTimeFormatOptions, zone = timeZone) => {
    const format = lazily(
      () =>
        new Intl.DateTimeFormat(language, {
          ...options,
          ...(options.hour !== undefined && {
            hourCycle,
            hour: isTwoDigit(hourCycle) ? "2-digit" : "numeric",
          }),
          ...(zone !== undefined && { timeZone: zone }),
          calendar: "gregory",
          numberingSystem: "latn",
        }),
    );
    return (date: Date) => format().format(date);
  };
  const date = { day: "numeric", month: "short", year: "numeric" } as const;
  const time = { hour: "numeric", minute: "2-digit" } as const;
  const shortDay = formatter({ day: "numeric", month: "short" }, "UTC");
  const shortMonth = formatter({ month: "short" }, "UTC");
  const clock = formatter(time, "UTC");
  return {
    /** `Nov 28, 2026` or `28 Nov 2026`. */
    formatDate: formatter(date),
    /** `2:30 PM` or `14:30`. */
    formatTime: formatter(time),
    /** `2:30:05 PM` or `14:30:05`. */
    formatTimeWithSeconds: formatter({ ...time, second: "2-digit" }),
    /** `Sat, Nov 28, 2:30 PM` or `Sat 28 Nov, 14:30`. */
    formatMoment: formatter({ weekday: "short", day: "numeric", month: "short", ...time }),
    /** `Nov 28, 2026, 2:30:05 PM` or `28 Nov 2026, 14:30:05`. */
    formatDateTime: formatter({ ...date, ...time, second: "2-digit" }),
    /** Formats a day such as `2026-03-02` as `Mar 2` or `2 Mar`. */
    formatShortDay: (day: string) => shortDay(new Date(day)),
    /** Formats a month such as `2026-03` as `Mar`. */
    formatShortMonth: (month: string) => shortMonth(new Date(`${month}-01`)),
    /** Formats a time of day, independent of the time zone, as `9:05 AM` or `09:05`. */
    formatClock: (hour: number, minute: number) => clock(new Date(Date.UTC(2026, 0, 1, hour, minute))),
  };
}

/** Returns an English locale that orders day and month in the same way as the given locale. */
function englishOf(locale: string): string {
  if (/^en\b/i.test(locale)) return locale;
  const parts = new Intl.DateTimeFormat(locale, { day: "numeric", month: "numeric", year: "numeric" })
    .formatToParts(0)
    .map(({ type }) => type);
  return parts.indexOf("day") < parts.indexOf("month") ? "en-GB" : "en-US";
}

const isTwoDigit = (hourCycle: string | undefined) => hourCycle === "h23" || hourCycle === "h24";

export const {
  formatDate,
  formatTime,
  formatTimeWithSeconds,
  formatMoment,
  formatDateTime,
  formatShortDay,
  formatShortMonth,
  formatClock,
} = dateFormats(readerLocale());

/**
 * Returns the browser's locale, or `en-US` if Intl rejects the locale. Some browsers report values such as
 * `en-US@posix`.
 */
function readerLocale(): string {
  const { language = "en-US" } = navigator;
  try {
    return Intl.getCanonicalLocales(language)[0] ?? "en-US";
  } catch {
    return "en-US";
  }
}

/** Returns the name of the browser's time zone. */
export const readerTimeZone = () => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Formats a date as `2026-03-02`, in the user's time zone. */
export const dayOf = (date: Date) =>
  [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");

/** Returns the last `days` days in chronological order, including today, as in `dayOf`. */
export const lastDays = (now: Date, days: number): string[] =>
  Array.from({ length: days }, (_, index) =>
    dayOf(new Date(now.getFullYear(), now.getMonth(), now.getDate() - (days - 1 - index))),
  );

/** Returns the browser's time zone. */
export const ownTimeZone = () => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Returns the time zones that the browser knows, with the given one, which may be an alias. */
export const timeZones = (current: string): string[] =>
  [...new Set([current, ...Intl.supportedValuesOf("timeZone"), "UTC"])].sort();
