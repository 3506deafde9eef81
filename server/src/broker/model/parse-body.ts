/** Far above what a conversation holds: a body of nothing but empty lists would keep the server busy for seconds. */
const maxValues = 400_000;
const maxDepth = 500;

const quote = 0x22;
const backslash = 0x5c;

/**
 * The object that a body holds as JSON, or a sentence that says why there is none. Of a name that comes twice the last one counts; whoever
 * sends on what was looked at writes it anew.
 */
export function parseBody(
  bytes: Buffer,
): { readonly body: Record<string, unknown> } | { readonly why: string } {
  if (!isWithinBounds(bytes)) {
    return {
      why: `The body of the request holds more than ${maxValues} values, or is nested deeper than ${maxDepth}. Send a simpler one.`,
    };
  }
  try {
    const body: unknown = JSON.parse(bytes.toString());
    if (isRecord(body)) return { body };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return { why: "The body of the request is no JSON object. Send one." };
}

/** Counts without parsing; a body that is no JSON may pass, and fails to parse soon. */
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

/** Where the closing quote is; the end of the body without one. */
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
