const maxColumns = 120;
/** Matches words that would start a list, heading or quotation at the beginning of a line. */
const marker = /^(?:[-+*>]|#{1,6}|=+|-{2,}|\d+[.)])$/;

/**
 * Wraps a Markdown paragraph or list item at spaces, to lines of at most 120 characters. Lines after the first begin
 * with `indent`. Throws if the text has several lines, because wrapping would join them.
 */
export function wrapMarkdown(text: string, indent = ""): string {
  if (text.includes("\n")) throw new Error(`Wrap one paragraph at a time: ${JSON.stringify(text)}`);
  const lines: string[] = [];
  for (const word of unbreakable(text.trim().split(/\s+/))) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= maxColumns) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else lines.push(line === undefined ? word : `${indent}${word}`);
  }
  return lines.join("\n");
}

/** Joins each marker to the word before it, so that no line begins with it. */
function unbreakable(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (const word of words) {
    if (joined.length > 0 && marker.test(word)) joined.push(`${joined.pop()} ${word}`);
    else joined.push(word);
  }
  return joined;
}
