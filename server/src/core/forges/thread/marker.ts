/**
 * A line of Markdown that is not shown (CommonMark 4.7: a link's definition), by which our own comments are known again.
 * `parts` are ids; other characters are replaced.
 */
export function marker(...parts: readonly string[]): string {
  return `[//]: # (tembo:${parts.map((part) => part.replaceAll(/[^A-Za-z0-9_.-]/g, "_")).join(":")})`;
}
