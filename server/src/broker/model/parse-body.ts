/**
 * Maximum number of values in a body, far more than a conversation contains. Without this limit, a body of empty lists could occupy the server
 * for seconds.
 */
const maxValues = 400_000;
const maxDepth = 500;

const quote = 0x22;
const backslash = 0x5c;

/**
 * Returns the JSON object in a body, or a sentence that explains why the body contains none. If a field occurs twice, the last occurrence
 * counts, so callers must serialize the object again before they forward it.
 */
export function parseBody(
  bytes: Buffer,
): { readonly body: Record<string, unknown> } | { readonly why: string } {
  if (!isWithinBounds(bytes)) {
    return {
      why: `The request body contains more than ${maxValues} values, or is nested more than ${maxDepth} levels deep. Send a simpler one.`,
    };
  }
  try {
    const body: unknown = JSON.parse(bytes.toString());
    if (isRecord(body)) return { body };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return { why: "The request body is not a JSON object. Send one." };
}

/**
 * True if the body does not exceed the limits for values and depth. Counts without parsing. Invalid JSON may pass this check; parsing then
 * rejects it.
 */
function isWithinBounds(bytes: Buffer): boolean {
  let values = 0;
  let depth = 0;
  for (let at = 0; at < bytes.length; at++) {
    switch (bytes[at]) {
      case quote:
        at = endOfString(bytes, at + 1);
        break;
      case 0x5b: // [
      case 0x7b: // {
        values++;
        depth++;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
        break;
      case 0x2c: // ,
        values++;
    }
    if (values > maxValues || depth > maxDepth) return false;
  }
  return true;
}

/** Returns the position of the closing quote, or the end of the body if the quote is missing. */
function endOfString(bytes: Buffer, from: number): number {
  for (let end = bytes.indexOf(quote, from); end >= 0; end = bytes.indexOf(quote, end + 1)) {
    let before = end;
    while (before > from && bytes[before - 1] === backslash) before--;
    if ((end - before) % 2 === 0) return end;
  }
  return bytes.length;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
