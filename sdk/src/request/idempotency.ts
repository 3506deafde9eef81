/** Returns a new idempotency key. Does not use `randomUUID`, which is missing in pages without TLS. */
export function createIdempotencyKey(): string {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16));
  return `tembo-sdk-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/**
 * Returns true if sending a request twice has the same effect as sending it once. RFC 9110, 9.2.2, defines this for
 * GET, PUT and DELETE. The server recognizes a repeated POST by its `Idempotency-Key`. A PATCH is not repeatable,
 * because a second PATCH may have a different effect.
 */
export function isRepeatable(method: string, headers: Readonly<Record<string, string>>): boolean {
  if (method === "POST") return Object.keys(headers).some((name) => name.toLowerCase() === "idempotency-key");
  return method !== "PATCH";
}
