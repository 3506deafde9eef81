/** When a spent rate limit is over; null for every other answer. */
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

/** Undefined for what is no JSON, and for nothing. */
export function parseJson(text: string): unknown {
  try {
    return text.trim() === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Throws for a body that is longer. */
export async function readBounded(response: Response, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new Error(`longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The last `maxBytes` of a text that is never held whole. */
export async function endOf(response: Response, maxBytes: number): Promise<string> {
  let end: Buffer = Buffer.alloc(0);
  for await (const chunk of response.body ?? []) {
    end = Buffer.concat([end, chunk]);
    if (end.length > 4 * maxBytes) end = Buffer.from(end.subarray(-maxBytes));
  }
  // A character that was cut in two, here or by the forge, would come out longer than it was.
  let from = Math.max(0, end.length - maxBytes);
  while (from < end.length && (end[from]! & 0xc0) === 0x80) from += 1;
  return end.subarray(from).toString("utf8");
}
