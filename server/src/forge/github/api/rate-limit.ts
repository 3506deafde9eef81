/** Headers as fetch has them, or as octokit has them. */
type AnswerHeaders = Headers | Readonly<Record<string, unknown>>;

/**
 * When the limit that refused a request ends; null when no limit did. Primary limits name the second they reset at,
 * secondary ones how long to stay away (docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api).
 * `words` are the answer's own: a secondary limit may come without a header, and then asks for a minute.
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

/** Null for what is no plain number of at most twelve digits. */
function numberOf(headers: AnswerHeaders, name: string): number | null {
  const value = headers instanceof Headers ? headers.get(name) : headers[name];
  return /^\d{1,12}$/.test(String(value ?? "")) ? Number(value) : null;
}
