import type { ServerResponse } from "node:http";

/**
 * Headers for responses that contain data, so that browsers do not execute, frame, sniff, cache or share these responses. Pages override some of the
 * headers.
 */
export const securityHeaders = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "cache-control": "no-store",
} as const;

const oneYear = "max-age=31536000";

/**
 * Sets the headers on the raw response, so that all responses have them, including errors, streams and git responses. Also sets
 * `strict-transport-security` if `isHttps` is true.
 */
export function setSecurityHeaders(response: ServerResponse, isHttps: boolean): void {
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
  if (isHttps) response.setHeader("strict-transport-security", oneYear);
}
