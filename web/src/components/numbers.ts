const compactly = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const wholly = new Intl.NumberFormat("en");
const usd = (least: number, most: number) =>
  new Intl.NumberFormat("en", {
    style: "currency",
    currency: "USD",
    minimumFractionDigits: least,
    maximumFractionDigits: most,
  });
const cents = usd(2, 2);
const exact = usd(2, 4);

/** Formats a count as `12.3K`. */
export const compact = (count: number) => compactly.format(count);

/** Formats a count as `12,345`. */
export const whole = (count: number) => wholly.format(count);

/** Formats dollars as `$12.35`. Amounts below one dollar have up to four decimals. */
export const dollars = (amount: number) => (amount < 1 ? exact : cents).format(amount);

/** Formats millionths of a dollar like `dollars`. */
export const microDollars = (amount: number) => dollars(amount / 1_000_000);

/** Returns a formatter for axis labels up to `most`. All labels have the same number of digits, and no two are equal. */
export function dollarsUpTo(most: number): (amount: number) => string {
  const digits = most >= 1 || most <= 0 ? 2 : Math.min(6, 2 - Math.floor(Math.log10(most)));
  const format = usd(digits, digits);
  return (amount) => format.format(amount);
}
