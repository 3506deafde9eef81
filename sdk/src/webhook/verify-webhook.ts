import { TemboError } from "../errors.ts";
import type { WebhookPayload } from "../types.ts";

/** What came is not what the server sent for this secret, or not now. */
export class WebhookVerificationError extends TemboError {
  override readonly name = "WebhookVerificationError";
}

/** As `fetch` has them, or as Node's `request.headers`. */
export type WebhookHeaders =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface VerifyWebhookOptions {
  /** How old a request may be, and how far ahead its clock; 300 unless told. */
  readonly toleranceSeconds?: number;
  /** Milliseconds since 1970; for tests. */
  readonly now?: number;
}

const prefix = "whsec_";

/**
 * Checks a request to a webhook and returns what it tells; after Standard Webhooks (https://www.standardwebhooks.com). `body` is the
 * request's body as it came, byte for byte. `secret` is the webhook's, as `whsec_…`. Rejects with a `WebhookVerificationError`.
 * A request may come more than once: the header `webhook-id` says which are the same.
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
    "No signature of the request is of this secret, or its body was changed.",
  );
}

/** More than a sender has secrets at once. */
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
    `The request's time ${JSON.stringify(timestamp)} is more than ${toleranceSeconds} s from now.`,
  );
}

function secretBytes(secret: string): Uint8Array<ArrayBuffer> {
  const bytes = bytesOf(secret.startsWith(prefix) ? secret.slice(prefix.length) : secret);
  if (bytes !== null && bytes.length > 0) return bytes;
  throw new WebhookVerificationError(`The secret is none: it is "${prefix}" and base64, as it was shown.`);
}

/** Null for what is no base64. */
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
