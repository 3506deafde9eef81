/** Response headers in the form of fetch or of Octokit. */
type AnswerHeaders = Headers | Readonly<Record<string, unknown>>;

/**
 * Returns when the rate limit that rejected a request ends, or null if no rate limit rejected it. Primary limits name the
 * second in which they reset, secondary limits the seconds to wait
 * (docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api). `words` is the message of the response: a
 * secondary limit without a header means a wait of one minute.
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

/** Returns a decimal number of at most twelve digits, or null for other values. */
function numberOf(headers: AnswerHeaders, name: string): number | null {
  const value = headers instanceof Headers ? headers.get(name) : headers[name];
  return /^\d{1,12}$/.test(String(value ?? "")) ? Number(value) : null;
}
