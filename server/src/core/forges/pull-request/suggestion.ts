/**
 * Returns the lines that a comment suggests, from its first `suggestion` code block, or null if it has none. An empty
 * block removes the commented lines. Pure.
 */
export function suggestionIn(body: string): readonly string[] | null {
  const lines = body.split(/\r?\n/);
  const start = lines.findIndex((line) => /^ {0,3}`{3,}suggestion\s*$/.test(line));
  if (start < 0) return null;
  const fence = /`+/.exec(lines[start]!)![0];
  const length = lines
    .slice(start + 1)
    .findIndex((line) => /^ {0,3}`+\s*$/.test(line) && line.trim().length >= fence.length);
  return length < 0 ? null : lines.slice(start + 1, start + 1 + length);
}
