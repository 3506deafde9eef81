/** Maximum length in characters of JSON to format. Parsing longer text would block the browser. */
const MAX_LENGTH = 1_000_000;
/** Limits of the result, because the indentation grows with the depth of each value. */
const MAX_DEPTH = 100;
const MAX_ADDED = 2_000_000;
/** Decimal numbers with at most this many digits survive the conversion to a JavaScript number and back. */
const MAX_DIGITS = 15;
const MIN_EXACT = 2.3e-308;

const token = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*|[[\]{},:]/g;

/**
 * Returns the JSON with one value per line, or null if it is invalid, too long or too deep. Also returns null if the
 * result would show other data: for numbers that JavaScript may store inexactly, and for objects that repeat a key. Pure.
 */
export function formatJson(source: string): string | null {
  if (source.length > MAX_LENGTH) return null;
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return null;
    throw error;
  }
  const keys = countSafeKeys(source);
  return keys === null || keys !== countKeys(value) ? null : JSON.stringify(value, null, 2);
}

/** Returns the number of keys in valid JSON, or null if formatting it would exceed a limit or change a number. */
function countSafeKeys(source: string): number | null {
  let [depth, added, keys] = [0, 0, 0];
  for (const [part] of source.matchAll(token)) {
    if (part === ":") keys += 1;
    else if (part === "[" || part === "{") depth += 1;
    else if (part === "]" || part === "}") depth -= 1;
    else if (part !== ",") {
      if (!part.startsWith('"') && !isExact(part)) return null;
      continue;
    }
    added += 1 + 2 * depth;
    if (depth > MAX_DEPTH || added > MAX_ADDED) return null;
  }
  return keys;
}

function isExact(number: string): boolean {
  const digits = number.replace(/e.*/i, "").replace(/^[-0.]+|[-.]/g, "");
  const size = Math.abs(Number(number));
  return (
    digits === "" || (digits.length <= MAX_DIGITS && size >= MIN_EXACT && size < Number.POSITIVE_INFINITY)
  );
}

/** Returns the number of keys in the value. A repeated key counts once. The depth was limited before. */
function countKeys(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const inner = Object.values(value).reduce<number>((sum, one) => sum + countKeys(one), 0);
  return Array.isArray(value) ? inner : inner + Object.keys(value).length;
}
