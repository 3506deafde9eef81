/**
 * Returns a line of Markdown that identifies Tembo's own comments and is not rendered (CommonMark 4.7: link reference
 * definition). `parts` are IDs. Replaces characters that IDs do not contain with `_`.
 */
export function marker(...parts: readonly string[]): string {
  return `[//]: # (tembo:${parts.map((part) => part.replaceAll(/[^A-Za-z0-9_.-]/g, "_")).join(":")})`;
}
