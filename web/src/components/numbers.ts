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

/** `12.3K`. */
export const compact = (count: number) => compactly.format(count);

/** `12,345`. */
export const whole = (count: number) => wholly.format(count);

/** `$12.35`; what is below a dollar to the hundredth of a cent. */
export const dollars = (amount: number) => (amount < 1 ? exact : cents).format(amount);

/** The same of millionths of a dollar. */
export const microDollars = (amount: number) => dollars(amount / 1_000_000);

/** For the marks of an axis up to `most`: all with as many digits, and no two alike. */
export function dollarsUpTo(most: number): (amount: number) => string {
  const digits = most >= 1 || most <= 0 ? 2 : Math.min(6, 2 - Math.floor(Math.log10(most)));
  const format = usd(digits, digits);
  return (amount) => format.format(amount);
}
