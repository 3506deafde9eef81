/** Maximum lengths of harness data. Longer data is truncated before it is stored. */
export const maxTextChars = 1_000_000;
export const maxTitleChars = 2_000;
export const maxPlanEntries = 200;
export const maxCommandNameChars = 200;
export const maxDescriptionChars = 500;
export const maxPathChars = 4_096;

/**
 * Returns the text, truncated to `maxChars`. Throws a TypeError if the value is not a string. In that case, the whole update counts as
 * noise.
 */
export function readText(value: unknown, maxChars: number): string {
  if (typeof value !== "string") throw new TypeError("a text is not a string");
  return cutTo(maxChars, value);
}

/** Truncates the text without splitting a surrogate pair. */
export function cutTo(maxChars: number, text: string): string {
  if (text.length <= maxChars) return text;
  const cut = text.slice(0, maxChars);
  return /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut;
}

/** Returns the value if it is a non-negative safe integer, or 0 for any other value. */
export function readCount(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

/**
 * Returns the value for a key, or undefined if the table itself does not have the key. A harness may send `constructor` or any other key.
 */
export function lookUp<T>(table: Readonly<Record<string, T>>, key: unknown): T | undefined {
  return typeof key === "string" && Object.hasOwn(table, key) ? table[key] : undefined;
}
