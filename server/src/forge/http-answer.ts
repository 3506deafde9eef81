import { readBounded } from "../runtime/read-bounded.ts";

/** Returns the time when an exhausted rate limit resets, or null if the response does not report such a limit. */
export function rateLimitReset({ status, headers }: Response): Date | null {
  if (status !== 429 && status !== 403) return null;
  const after = headers.get("retry-after");
  if (after !== null) {
    const at = /^\d+$/.test(after) ? new Date(Date.now() + Number(after) * 1000) : new Date(after);
    if (!Number.isNaN(at.getTime())) return at;
  }
  const isSpent = status === 429 || headers.get("x-ratelimit-remaining") === "0";
  const reset = Number(headers.get("x-ratelimit-reset") ?? Number.NaN);
  return isSpent && reset > 0 && reset < 8e9 ? new Date(reset * 1000) : null;
}

/** Parses JSON. Returns undefined if the text is empty or invalid. */
export function parseJson(text: string): unknown {
  try {
    return text.trim() === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Reads the body of a response as text. Throws if it exceeds the limit. */
export async function readText({ body }: Response, maxBytes: number): Promise<string> {
  const bytes = await readBounded(
    body,
    maxBytes,
    () => new Error(`the response exceeds the limit of ${maxBytes} bytes`),
  );
  return bytes.toString("utf8");
}
