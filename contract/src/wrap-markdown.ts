const maxColumns = 120;

/** Breaks a paragraph or list item of Markdown at spaces into lines of at most 120 characters. Further lines begin with `indent`. */
export function wrapMarkdown(text: string, indent = ""): string {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= maxColumns) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else lines.push(line === undefined ? word : `${indent}${word}`);
  }
  return lines.join("\n");
}
