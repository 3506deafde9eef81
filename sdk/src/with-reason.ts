/**
 * Returns `statement` and a reason that another program wrote as one sentence with exactly one final period, such as
 * "The connection was lost: read ECONNRESET." Leaves a final question mark, exclamation mark or ellipsis. Omits an empty
 * reason.
 */
export function withReason(statement: string, reason: string): string {
  const words = reason
    .replaceAll(/\s+/g, " ")
    .trim()
    .replace(/[\s.,:;]+$/, "");
  if (words === "") return `${statement}.`;
  return `${statement}: ${words}${/[?!…]$/.test(words) ? "" : "."}`;
}
