/** What a harness sends is cut to these before anything keeps it. */
export const maxTextChars = 1_000_000;
export const maxTitleChars = 2_000;
export const maxPlanEntries = 200;
export const maxCommandNameChars = 200;
export const maxDescriptionChars = 500;
export const maxPathChars = 4_096;

/** Throws a TypeError for what is no text: then the whole update is noise. */
export function textOf(value: unknown, maxChars: number): string {
  if (typeof value !== "string") throw new TypeError("a text is no string");
  return cutTo(maxChars, value);
}

/** Cuts without leaving half of a surrogate pair. */
export function cutTo(maxChars: number, text: string): string {
  if (text.length <= maxChars) return text;
  const cut = text.slice(0, maxChars);
  return /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut;
}

/** A number of tokens; 0 for what is none. */
export function countOf(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

/** The value of a key that the table has itself: `constructor` is a word of the harness like any other. */
export function lookUp<T>(table: Readonly<Record<string, T>>, key: unknown): T | undefined {
  return typeof key === "string" && Object.hasOwn(table, key) ? table[key] : undefined;
}
