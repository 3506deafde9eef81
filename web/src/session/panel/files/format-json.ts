/** Maximum length in characters of JSON to format. Parsing longer text would block the browser. */
const MAX_FORMATTED = 1_000_000;

/**
 * Returns the JSON with one value per line, or null if it is too long or invalid. Numbers that JavaScript cannot store
 * exactly are not formatted either, because the page would show other numbers. Pure.
 */
export function formatJson(source: string): string | null {
  if (source.length > MAX_FORMATTED || /\d{16}/.test(source)) return null;
  try {
    return JSON.stringify(JSON.parse(source), null, 2);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return null;
    throw error;
  }
}
