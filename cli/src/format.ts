const wholeNumbers = new Intl.NumberFormat("en");
const oneDecimal = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const compactNumbers = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

const usd = (maximumFractionDigits: number) =>
  new Intl.NumberFormat("en", {
    style: "currency",
    currency: "USD",
    minimumFractionDigits: 2,
    maximumFractionDigits,
  });
const cents = usd(2);
const exactUsd = usd(4);

/** Formats a count as `12,345`. */
export const count = (value: number) => wholeNumbers.format(value);

/** Formats a count as `12.3K`. */
export const compactCount = (value: number) => compactNumbers.format(value);

/** Formats a count and its unit as `1 file` or `12 files`. */
export const counted = (value: number, unit: string) => `${count(value)} ${unit}${value === 1 ? "" : "s"}`;

/** Formats US dollars as `$12.35`. Amounts below one dollar have up to four decimals. */
export const dollars = (amount: number) => (amount < 1 ? exactUsd : cents).format(amount);

/** Formats millionths of a US dollar like `dollars`. */
export const microDollars = (amount: number) => dollars(amount / 1_000_000);

/** Formats a size in decimal units, such as `512 B` or `3.4 MB`. */
export function bytes(size: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let [value, unit] = [size, 0];
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${oneDecimal.format(value)} ${units[unit]}`;
}

/** Formats a duration as `4.2 s`, `2 min 5 s` or `1 h 3 min`. A negative duration counts as zero. */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 10) return `${oneDecimal.format(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return parts([minutes, "min"], [whole % 60, "s"]);
  return parts([Math.floor(minutes / 60), "h"], [minutes % 60, "min"]);
}

function parts([large, largeUnit]: [number, string], [small, smallUnit]: [number, string]): string {
  return small === 0 ? `${count(large)} ${largeUnit}` : `${count(large)} ${largeUnit} ${small} ${smallUnit}`;
}

/** Half a year. As in `ls -l`, times within half a year of the current time omit the year. */
const nearMs = 182 * 24 * 60 * 60_000;

/**
 * Returns a formatter of ISO 8601 times: `Nov 28, 2:05 PM` in the United States, `28. Nov., 14:05` in Germany. It
 * returns other text unchanged.
 */
export function momentFormat({
  locale,
  timeZone,
  now = Date.now,
}: {
  readonly locale: string | undefined;
  readonly timeZone?: string;
  readonly now?: () => number;
}): (at: string) => string {
  const format = (year: "numeric" | undefined) =>
    new Intl.DateTimeFormat(locale, {
      year,
      month: "short",
      day: "numeric",
      hour: "numeric",
      minute: "2-digit",
      timeZone,
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

/** Returns the environment's locale in BCP 47 form, such as `de-DE` for `de_DE.UTF-8`. */
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
