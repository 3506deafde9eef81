import type { ServerResponse } from "node:http";

/** For an answer that is data: a browser must not run, frame, guess, keep or lend it. Pages say their own over these. */
export const securityHeaders = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "cache-control": "no-store",
} as const;

const oneYear = "max-age=31536000";

/** Put on the bare response, so that every answer has them: errors, streams and git's as well. */
export function setSecurityHeaders(response: ServerResponse, isHttps: boolean): void {
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
  if (isHttps) response.setHeader("strict-transport-security", oneYear);
}
