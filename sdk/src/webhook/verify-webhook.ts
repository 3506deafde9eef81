import { TemboError } from "../errors.ts";
import type { WebhookPayload } from "../types.ts";

/**
 * The request or the secret is malformed, no signature matches the secret, or the timestamp is outside the tolerance.
 */
export class WebhookVerificationError extends TemboError {
  override readonly name = "WebhookVerificationError";
}

/** Headers of `fetch` or Node's `request.headers`. */
export type WebhookHeaders =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface VerifyWebhookOptions {
  /** Maximum difference between the request's timestamp and the current time, in seconds. Defaults to 300. */
  readonly toleranceSeconds?: number;
  /** Current time in milliseconds since 1970, for tests. */
  readonly now?: number;
}

const prefix = "whsec_";

/**
 * Verifies a request to a webhook and returns its payload, following Standard Webhooks
 * (https://www.standardwebhooks.com). Rejects with a `WebhookVerificationError` if the verification fails.
 *
 * `body` is the unmodified request body, byte for byte. `secret` is the webhook's signing secret, `whsec_…`. A request
 * may arrive more than once: repeated requests have the same `webhook-id` header.
 */
export async function verifyWebhook(
  body: string | Uint8Array,
  headers: WebhookHeaders,
  secret: string,
  { toleranceSeconds = 300, now = Date.now() }: VerifyWebhookOptions = {},
): Promise<WebhookPayload> {
  const [id, timestamp, signatures] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) =>
    headerOf(headers, name),
  ) as [string, string, string];
  requireTime(timestamp, now, toleranceSeconds);
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const signed = concat(new TextEncoder().encode(`${id}.${timestamp}.`), bytes);
  const key = await crypto.subtle.importKey(
    "raw",
    secretBytes(secret),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["verify"],
  );
  for (const signature of signatures.split(" ").slice(0, maxSignatures)) {
    const given = signature.startsWith("v1,") ? bytesOf(signature.slice(3)) : null;
    // WebCrypto compares in constant time.
    if (given !== null && (await crypto.subtle.verify("HMAC", key, given, signed)))
      return JSON.parse(new TextDecoder().decode(bytes)) as WebhookPayload;
  }
  throw new WebhookVerificationError(
    "No signature in the request matches the secret. Check the secret, and pass the body exactly as received.",
  );
}

/** Maximum number of signatures to check. Senders use fewer secrets at the same time. */
const maxSignatures = 20;

function headerOf(headers: WebhookHeaders, name: string): string {
  const value = isHeaders(headers)
    ? headers.get(name)
    : Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  if (typeof value === "string" && value !== "") return value;
  throw new WebhookVerificationError(`The request has no header "${name}".`);
}

const isHeaders = (headers: WebhookHeaders): headers is { get(name: string): string | null } =>
  typeof headers.get === "function";

function requireTime(timestamp: string, now: number, toleranceSeconds: number): void {
  const seconds = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : Number.NaN;
  if (Math.abs(now / 1_000 - seconds) <= toleranceSeconds) return;
  throw new WebhookVerificationError(
    `The request's timestamp ${JSON.stringify(timestamp)} is more than ${toleranceSeconds} s from now.`,
  );
}

function secretBytes(secret: string): Uint8Array<ArrayBuffer> {
  const bytes = bytesOf(secret.startsWith(prefix) ? secret.slice(prefix.length) : secret);
  if (bytes !== null && bytes.length > 0) return bytes;
  throw new WebhookVerificationError(
    `The secret is not valid. Use the secret that Tembo showed: "${prefix}", followed by base64.`,
  );
}

/** Returns the decoded bytes, or null if the text is not valid base64. */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || base64.length % 4 === 1) return null;
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function concat(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(one.length + other.length);
  all.set(one);
  all.set(other, one.length);
  return all;
}
