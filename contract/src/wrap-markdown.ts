const maxColumns = 120;
/** Words that Markdown would read as the start of a list, heading or quotation at the beginning of a line. */
const marker = /^(?:[-+*>]|#{1,6}|=+|-{2,}|\d+[.)])$/;

/**
 * Breaks a paragraph or list item of Markdown at spaces into lines of at most 120 characters. Further lines begin with
 * `indent`. Throws if the text has more than one line, because it would be joined.
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
