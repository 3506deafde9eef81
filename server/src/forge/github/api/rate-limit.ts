/** Response headers, as `fetch` or Octokit returns them. */
type AnswerHeaders = Headers | Readonly<Record<string, unknown>>;

/**
 * Returns the time when the rate limit that rejected a request resets, or null if no rate limit rejected it. For primary limits, GitHub sends
 * the reset time. For secondary limits, it sends the number of seconds to wait
 * (docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api). `words` is the response's message. A limit without these headers
 * means a wait of one minute.
 */
export function rateLimitEnd(status: number, headers: AnswerHeaders, now: Date, words = ""): Date | null {
  if (status !== 403 && status !== 429) return null;
  const retryAfterSeconds = numberOf(headers, "retry-after");
  if (retryAfterSeconds !== null) return new Date(now.getTime() + retryAfterSeconds * 1000);
  const resetSeconds = numberOf(headers, "x-ratelimit-reset");
  if (numberOf(headers, "x-ratelimit-remaining") === 0 && resetSeconds !== null) {
    return new Date(resetSeconds * 1000);
  }
  const isLimit = status === 429 || /secondary rate limit|abuse detection/i.test(words);
  return isLimit ? new Date(now.getTime() + 60_000) : null;
}

/** Returns the value of a header if it is a decimal number of at most twelve digits, otherwise null. */
function numberOf(headers: AnswerHeaders, name: string): number | null {
  const value = headers instanceof Headers ? headers.get(name) : headers[name];
  return /^\d{1,12}$/.test(String(value ?? "")) ? Number(value) : null;
}
