import type { ChangeData } from "react-diff-view";

/** Width of a tab in characters. `diff-lines.module.css` uses the same. */
const TAB = 4;

const plain = /^[\x20-\x7e]*$/;
/** Characters that are about twice as wide as a letter: ideographs, kana, Hangul, full-width forms and emoji. */
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const known = new WeakMap<ChangeData, number>();

/** Returns the width of a line in characters of the monospaced font. */
export function countColumns(change: ChangeData): number {
  const before = known.get(change);
  if (before !== undefined) return before;
  const columns = columnsOf(change.content);
  known.set(change, columns);
  return columns;
}

export function columnsOf(content: string): number {
  if (plain.test(content)) return content.length;
  let columns = 0;
  for (const character of content) {
    if (character === "\t") columns += TAB - (columns % TAB);
    else if (!/\p{M}|\p{Cf}/u.test(character)) columns += wide.test(character) ? 2 : 1;
  }
  return columns;
}
