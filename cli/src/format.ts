// The CLI formats numbers, durations and sizes like the dashboard: see web/src/format.
const wholeNumbers = new Intl.NumberFormat("en-US");
const oneDecimal = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });
const compactNumbers = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });

const usd = (maximumFractionDigits: number) =>
  new Intl.NumberFormat("en-US", {
    style: "currency",
    currency: "USD",
    minimumFractionDigits: 2,
    maximumFractionDigits,
  });
const cents = usd(2);
const underOneCent = usd(4);
const leastUsd = 0.0001;

/** Formats a count as `12,345`. */
export const count = (value: number) => wholeNumbers.format(value);

/** Formats a count as `12.3K`. */
export const compactCount = (value: number) => compactNumbers.format(value);

/** Formats a count and its unit as `1 file` or `12 files`. */
export const counted = (value: number, unit: string) => `${count(value)} ${unit}${value === 1 ? "" : "s"}`;

/**
 * Formats US dollars as `$12.35`. Amounts below a cent have up to four decimals, because they would otherwise be shown
 * as `$0.00`.
 */
export function dollars(amount: number): string {
  if (amount === 0 || amount >= 0.01) return cents.format(amount);
  return amount < leastUsd ? `<${underOneCent.format(leastUsd)}` : underOneCent.format(amount);
}

/** Formats millionths of a US dollar like `dollars`. */
export const microDollars = (amount: number) => dollars(amount / 1_000_000);

/** Formats dollars with four decimals and no sign, for programs. */
export const rawDollars = (amount: number) => amount.toFixed(4);

/** Formats a size in bytes as `512 B`, `4.2 KiB`, `42 KiB` or `10 MiB`. */
export function bytes(size: number): string {
  const units = ["KiB", "MiB", "GiB", "TiB"];
  if (size < 1024) return `${count(size)} B`;
  let [value, unit] = [size / 1024, 0];
  while (rounded(value, unit) >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${oneDecimal.format(rounded(value, unit))} ${units[unit]}`;
}

/** Rounds to one decimal. From 10 KiB up to 1 MiB, rounds to whole KiB. */
const rounded = (value: number, unit: number) =>
  unit === 0 && value >= 9.95 ? Math.round(value) : Math.round(value * 10) / 10;

/**
 * Formats a duration as `340 ms`, `4.2 s`, `12 s`, `3 min 12 s`, `2 min` or `2 h 5 min`. A negative duration counts as
 * zero.
 */
export function duration(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  if (whole > 0 && whole < 1_000) return `${whole} ms`;
  if (whole < 9_950) return `${oneDecimal.format(whole / 1_000)} s`;
  const seconds = Math.round(whole / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return parts([minutes, "min"], [seconds % 60, "s"]);
  return parts([Math.floor(minutes / 60), "h"], [minutes % 60, "min"]);
}

function parts([large, largeUnit]: [number, string], [small, smallUnit]: [number, string]): string {
  return small === 0 ? `${count(large)} ${largeUnit}` : `${count(large)} ${largeUnit} ${small} ${smallUnit}`;
}

/** Half a year. As in `ls -l`, times within half a year of the current time omit the year. */
const nearMs = 182 * 24 * 60 * 60_000;

/**
 * Returns a formatter of ISO 8601 times: `Nov 28, 2:05 PM` in the United States, `28 Nov, 14:05` in Germany. Names of
 * months are English and digits are Latin, like the rest of the output. The order of day and month and the 12- or
 * 24-hour clock follow the locale. The formatter returns other text unchanged.
 */
export function momentFormat({
  locale,
  timeZone,
  now = Date.now,
}: {
  readonly locale: string;
  readonly timeZone?: string;
  readonly now?: () => number;
}): (at: string) => string {
  const language = englishOf(locale);
  const { hourCycle } = new Intl.DateTimeFormat(locale, { hour: "numeric" }).resolvedOptions();
  const isTwoDigit = hourCycle === "h23" || hourCycle === "h24";
  const format = (year: "numeric" | undefined) =>
    new Intl.DateTimeFormat(language, {
      year,
      month: "short",
      day: "numeric",
      hour: isTwoDigit ? "2-digit" : "numeric",
      minute: "2-digit",
      hourCycle,
      timeZone,
      calendar: "gregory",
      numberingSystem: "latn",
    });
  const near = format(undefined);
  const far = format("numeric");
  return (at) => {
    const time = Date.parse(at);
    if (Number.isNaN(time)) return at;
    const text = (Math.abs(time - now()) < nearMs ? near : far).format(time);
    // Some terminal fonts lack the narrow space before AM and PM.
    return text.replaceAll(/[\u00a0\u202f]/g, " ");
  };
}

/** Returns an English locale that orders day and month in the same way as the given locale. */
function englishOf(locale: string): string {
  if (/^en\b/i.test(locale)) return locale;
  const order = new Intl.DateTimeFormat(locale, { day: "numeric", month: "numeric", year: "numeric" })
    .formatToParts(0)
    .map(({ type }) => type);
  return order.indexOf("day") < order.indexOf("month") ? "en-GB" : "en-US";
}

/**
 * Returns the environment's locale in BCP 47 form, such as `de-DE` for `de_DE.UTF-8`. Returns `en-US` if it is unset,
 * `C`, `POSIX` or not supported.
 */
export function localeOf({ LC_ALL, LC_TIME, LANG }: NodeJS.ProcessEnv): string {
  const [name = ""] = (LC_ALL || LC_TIME || LANG || "").split(/[.@]/);
  const tag = name.replaceAll("_", "-");
  try {
    return (
      Intl.DateTimeFormat.supportedLocalesOf(tag === "" || tag === "C" || tag === "POSIX" ? [] : [tag])[0] ??
      "en-US"
    );
  } catch {
    // The environment's locale is not a valid language tag.
    return "en-US";
  }
}

/** Returns the IANA time zone of this machine, such as `Europe/Paris`. */
export const ownTimeZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;
