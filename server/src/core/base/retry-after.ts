/** The wait that `retry-after` asks for (RFC 9110 section 10.2.3: seconds or a date). Null when it says none. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | null {
  const after = (header ?? "").trim();
  if (/^\d{1,12}(\.\d+)?$/.test(after)) return Number(after) * 1_000;
  // Without a letter it is no date, but `Date.parse` would make one of it.
  const at = /[a-z]/i.test(after) ? Date.parse(after) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}
