/** Maximum line length of commit messages and pull request titles. */
export const MAX_LINE_LENGTH = 72;

/**
 * Truncates a string that is longer than `maxLength` characters (code points), after a word if possible, and ends it with
 * an ellipsis. Pure.
 */
export function fitLine(text: string, maxLength: number): string {
  const characters = Array.from(text);
  if (characters.length <= maxLength) return text;
  const cut = characters.slice(0, maxLength - 1).join("");
  const space = cut.lastIndexOf(" ");
  // If a word is longer than half a line, truncates within the word.
  const kept = characters[maxLength - 1] !== " " && space * 2 > cut.length ? cut.slice(0, space) : cut;
  return `${kept.replace(/[\s,;:.-]+$/, "")}…`;
}

/** Wraps prose at 72 characters. Does not wrap code and tables or break long words. Pure. */
export function wrap(text: string): string {
  let isCode = false;
  const lines = text.split(/\r?\n/).flatMap((line) => {
    const isFence = /^\s*(```|~~~)/.test(line);
    if (isFence) isCode = !isCode;
    if (isFence || isCode || line.length <= MAX_LINE_LENGTH || /^(\s{4}|\t|\s*\|)/.test(line))
      return [line.trimEnd()];
    return wrapLine(line.trimEnd());
  });
  return lines
    .join("\n")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();
}

/** Wraps one line. Indents the continuation lines of a list item to its text. */
function wrapLine(line: string): string[] {
  const [lead = ""] = /^\s*(?:[-*+]|\d+[.)])?\s*/.exec(line) ?? [];
  const lines: string[] = [];
  let current = lead;
  let isEmpty = true;
  for (const word of line.slice(lead.length).split(/ +/)) {
    if (!isEmpty && current.length + 1 + word.length > MAX_LINE_LENGTH) {
      lines.push(current);
      current = " ".repeat(lead.length) + word;
    } else current += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, current];
}
