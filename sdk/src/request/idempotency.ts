/** A key by which the server knows a request again. Not `randomUUID`, which pages without TLS do not have. */
export function createIdempotencyKey(): string {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16));
  return `tembo-sdk-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/**
 * Whether sending a request twice does the same as sending it once: RFC 9110, 9.2.2, says so of GET, PUT and DELETE; of a POST the
 * server knows it by its `Idempotency-Key`; a PATCH may build on what the first one changed.
 */
export function isRepeatable(method: string, headers: Readonly<Record<string, string>>): boolean {
  if (method === "POST") return Object.keys(headers).some((name) => name.toLowerCase() === "idempotency-key");
  return method !== "PATCH";
}
