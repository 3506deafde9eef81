/**
 * Returns a line of Markdown that is not rendered (CommonMark 4.7: link reference definition), which identifies Tembo's
 * own comments. `parts` are ids; other characters are replaced.
 */
export function marker(...parts: readonly string[]): string {
  return `[//]: # (tembo:${parts.map((part) => part.replaceAll(/[^A-Za-z0-9_.-]/g, "_")).join(":")})`;
}
