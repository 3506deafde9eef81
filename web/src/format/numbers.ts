import { lazily } from "./lazily.ts";

// The dashboard's text is in English, so numbers are formatted in English too. Dates follow the user's locale; see
// dates.ts.
const formatter = (options?: Intl.NumberFormatOptions) => {
  const format = lazily(() => new Intl.NumberFormat("en-US", options));
  return (value: number) => format().format(value);
};
const dollars = (minDigits: number, maxDigits = minDigits) =>
  formatter({
    style: "currency",
    currency: "USD",
    minimumFractionDigits: minDigits,
    maximumFractionDigits: maxDigits,
  });

/** Formats a count as `12,345`. */
export const formatCount = formatter();

/** Formats a count as `12.3K`. */
export const formatCompact = formatter({ notation: "compact", maximumFractionDigits: 1 });

/** Formats a number with at most one decimal: `4.2` or `4`. */
export const formatUpToTenths = formatter({ maximumFractionDigits: 1 });

/** Formats a difference with its sign: `+12`, `-3` or `0`. */
export const formatChange = formatter({ maximumFractionDigits: 1, signDisplay: "exceptZero" });

/** Formats a count of things as `1 file` or `12,345 files`. */
export const formatCountOf = (count: number, one: string, many: string) =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

const percent = formatter({ style: "percent", maximumFractionDigits: 1 });

/** Formats a percentage: `12` becomes `12%`. */
export const formatPercent = (value: number) => percent(value / 100);

const cents = dollars(2);
const underOneCent = dollars(2, 4);
const LEAST_USD = 0.0001;

/**
 * Formats dollars as `$12.35`. Amounts below a cent have up to four decimals, because they would otherwise be shown as
 * `$0.00`.
 */
export function formatDollars(amount: number): string {
  if (amount === 0 || amount >= 0.01) return cents(amount);
  return amount < LEAST_USD ? `<${underOneCent(LEAST_USD)}` : underOneCent(amount);
}

/** Formats millionths of a dollar like `formatDollars`. */
export const formatMicroDollars = (amount: number) => formatDollars(amount / 1_000_000);

/**
 * Returns a formatter for axis labels up to `most` dollars. All labels have the same number of decimals, from two to
 * six, so that the labels of small amounts differ.
 */
export function dollarsUpTo(most: number): (amount: number) => string {
  return dollars(most >= 1 || most <= 0 ? 2 : Math.min(6, 2 - Math.floor(Math.log10(most))));
}

const units = ["KiB", "MiB", "GiB", "TiB"] as const;

/** Formats a size in bytes as `512 B`, `4.2 KiB`, `42 KiB` or `10 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${formatCount(bytes)} B`;
  let size = bytes / 1024;
  let unit = 0;
  while (rounded(size, unit) >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${formatUpToTenths(rounded(size, unit))} ${units[unit]}`;
}

/** Rounds to one decimal. From 10 KiB up to 1 MiB, rounds to whole KiB. */
const rounded = (size: number, unit: number) =>
  unit === 0 && size >= 9.95 ? Math.round(size) : Math.round(size * 10) / 10;
