const heading = /^ {0,3}(#{1,6})[ \t]+(.+?)[ \t]*#*[ \t]*$/;
const fence = /^ {0,3}(`{3,}|~{3,})/;
const introducing = /^\W*(?:what|why|how|summary|motivation)\b/i;

/**
 * Returns the sections of a Markdown description that explain the change, the reason for it and the approach. Returns
 * the whole text if no heading matches, or null if the description is empty.
 */
export function selectIntroduction(description: string | null): string | null {
  const whole = (description ?? "").trim();
  if (whole === "") return null;
  const kept: string[] = [];
  let fenced: string | null = null;
  let level: number | null = null;
  for (const line of whole.split("\n")) {
    const [, mark] = fence.exec(line) ?? [];
    if (mark !== undefined && (fenced === null || mark.startsWith(fenced)))
      fenced = fenced === null ? mark : null;
    const [, signs, title] = fenced === null ? (heading.exec(line) ?? []) : [];
    if (signs !== undefined && (level === null || signs.length <= level))
      level = introducing.test(title!) ? signs.length : null;
    if (level !== null) kept.push(line);
  }
  return kept.length === 0 ? whole : kept.join("\n").trim();
}
