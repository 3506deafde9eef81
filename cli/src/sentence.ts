/**
 * Returns a text that another program wrote, or a caught value's message, as a sentence on one line with exactly one
 * final period. Leaves a final question mark, exclamation mark or ellipsis. Returns "" if there is no text.
 */
export function asSentence(text: unknown): string {
  const message = text instanceof Error ? text.message : String(text);
  const words = message
    .replaceAll(/\s+/g, " ")
    .trim()
    .replace(/[\s.,:;]+$/, "");
  return words === "" || /[?!…]$/.test(words) ? words : `${words}.`;
}

/** Returns `statement` and the reason as one sentence, such as "git failed: not found." Omits an empty reason. */
export function withReason(statement: string, cause: unknown): string {
  const why = asSentence(cause);
  return why === "" ? `${statement}.` : `${statement}: ${why}`;
}
