const MAX_LINES = 200;
const MAX_LENGTH = 16_000;
const MAX_LINE = 500;
const LINES_BEFORE = 3;
const LINES_AFTER = 8;
const END_LINES = 40;
/** Maximum length of the log's end, which leaves space for earlier errors. */
const MAX_END_LENGTH = 6_000;

const ERROR =
  /\berr!|\b(?:errors?|fail(?:ed|ure|ures|s)?|fatal|panic(?:ked)?|exception|traceback|assert(?:ion)?\w*|cannot|undefined reference|segmentation fault|not ok|exit(?:ed)?(?: with)?(?: code| status)? [1-9])\b|[✗✘✖×]|^E\s|\bexpected\b.*\b(?:but|got|to)\b|(?:Error|Exception)\b/i;
const NO_ERROR = /\b(?:0|no) (?:errors?|failures?|failed)\b/gi;

/**
 * Reduces a plain log to the parts that help to fix the failure: the lines around errors, starting with the earliest,
 * and the end of the log. Keeps at most 200 lines and 16,000 characters, and truncates each line to 500 characters.
 * Replaces each gap with a note of the number of omitted lines. Pure.
 */
export function trimLog(log: string): string {
  const lines = log
    .replaceAll(/\n{3,}/g, "\n\n")
    .split("\n")
    .map(cutLine);
  while (lines.at(-1)?.trim() === "") lines.pop();
  const kept = new Set<number>();
  let length = 0;
  const keep = (index: number, maxLength: number) => {
    if (index < 0 || index >= lines.length || kept.has(index)) return;
    const cost = lines[index]!.length + 1;
    if (kept.size >= MAX_LINES || length + cost > maxLength) return;
    kept.add(index);
    length += cost;
  };
  for (let index = lines.length - 1; index >= lines.length - END_LINES; index--) keep(index, MAX_END_LENGTH);
  for (const [index, line] of lines.entries()) {
    if (!mentionsError(line)) continue;
    for (let near = index - LINES_BEFORE; near <= index + LINES_AFTER; near++) keep(near, MAX_LENGTH);
  }
  return withGaps(lines, kept);
}

const mentionsError = (line: string) => ERROR.test(line.replaceAll(NO_ERROR, ""));

function cutLine(line: string): string {
  return line.length <= MAX_LINE ? line : `${line.slice(0, MAX_LINE).toWellFormed()} [cut]`;
}

function withGaps(lines: readonly string[], kept: ReadonlySet<number>): string {
  const shown: string[] = [];
  let left = 0;
  for (const [index, line] of lines.entries()) {
    if (!kept.has(index)) {
      left += 1;
      continue;
    }
    if (left > 0) shown.push(`[${left} lines omitted]`);
    left = 0;
    shown.push(line);
  }
  if (left > 0) shown.push(`[${left} lines omitted]`);
  return shown.join("\n");
}
