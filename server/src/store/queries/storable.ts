/**
 * Replaces NUL characters and lone surrogates with U+FFFD. Programs may print them, but PostgreSQL cannot store them.
 */
export function storableText(text: string): string {
  const wellFormed = text.toWellFormed();
  return wellFormed.includes("\0") ? wellFormed.replaceAll("\0", "\uFFFD") : wellFormed;
}

/** Makes every string in a query parameter storable. Converts a plain object to JSON, as the driver would. */
export function storableValue(value: unknown): unknown {
  if (typeof value === "string") return storableText(value);
  if (Array.isArray(value)) return value.map(storableValue);
  return isPlainObject(value) ? storableJson(value) : value;
}

const isPlainObject = (value: unknown) =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Returns the JSON of a value, with every string in it made storable. */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value);
  // Well-formed JSON.stringify writes every character that PostgreSQL cannot store as one of these escapes.
  return /\\u(?:0000|d[89a-f])/.test(json) ? JSON.stringify(cleaned(value)) : json;
}

function cleaned(value: unknown): unknown {
  if (typeof value === "string") return storableText(value);
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [storableText(key), cleaned(inner)]));
}
