const money = new Intl.NumberFormat("en", { style: "currency", currency: "USD" });
const exactMoney = new Intl.NumberFormat("en", {
  style: "currency",
  currency: "USD",
  maximumSignificantDigits: 2,
});

/** US dollars; what is below a cent keeps two digits that say something. */
export const dollars = (amount: number) => (amount > 0 && amount < 0.01 ? exactMoney : money).format(amount);
