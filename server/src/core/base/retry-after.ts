/**
 * Returns the delay in milliseconds that a `Retry-After` header requests (RFC 9110 section 10.2.3: seconds or a date),
 * or 0 for a past date, or null if the header is absent or contains neither.
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | null {
  const after = (header ?? "").trim();
  if (/^\d{1,12}(\.\d+)?$/.test(after)) return Number(after) * 1_000;
  // `Date.parse` also accepts text without letters, which is not an HTTP date.
  const at = /[a-z]/i.test(after) ? Date.parse(after) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}
