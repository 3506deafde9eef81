import { APIConnectionError, APIError } from "../errors.ts";
import { decideRetry, isWorthRetrying } from "../request/decide-retry.ts";
import type { Runtime } from "../runtime.ts";

/** What a connection tells of itself. */
export interface ConnectionNews {
  /** Something arrived over it. */
  isAlive: boolean;
  /** What the server asks for between two connections. */
  retryMs: number | null;
}

interface Reconnecting {
  readonly runtime: Runtime;
  /** Ends it without an error. */
  readonly signal: AbortSignal | undefined;
  /** How many connections in a row may bring nothing before the last error is thrown; 10 by default, about a minute. */
  readonly maxAttempts?: number | undefined;
}

/** What one connection after the other brings. Throws when the server refuses (401, 403, 404, ...) or stays away. */
export async function* reconnect<T>(
  connect: (news: ConnectionNews) => AsyncGenerator<T, void, undefined>,
  { runtime, signal, maxAttempts = 10 }: Reconnecting,
): AsyncGenerator<T, void, undefined> {
  const news: ConnectionNews = { isAlive: false, retryMs: null };
  let fruitless = 0;
  while (!signal?.aborted) {
    news.isAlive = false;
    let failure: APIError | null = null;
    try {
      yield* connect(news);
    } catch (error) {
      if (signal?.aborted) return;
      if (!(error instanceof APIError) || !isWorthRetrying(whatFailed(error))) throw error;
      failure = error;
    }
    if (signal?.aborted) return;
    if (news.isAlive) fruitless = 0;
    fruitless++;
    if (fruitless >= maxAttempts && !news.isAlive) {
      throw failure ?? new APIConnectionError("The server closes the stream of events without sending any.");
    }
    await runtime.sleep(pauseBefore(fruitless, failure, news, runtime), signal);
  }
}

/** Reading a stream anew does no harm. */
function whatFailed(failure: APIError | null) {
  return { status: failure?.status, headers: failure?.headers, isRepeatable: true };
}

/** A healthy stream that ends is one the server closed on purpose: the next one is opened soon, or as it asked. */
function pauseBefore(
  fruitless: number,
  failure: APIError | null,
  news: ConnectionNews,
  runtime: Runtime,
): number {
  if (news.isAlive && failure === null) return Math.min(Math.max(news.retryMs ?? 250, 100), 10_000);
  const decision = decideRetry(
    { ...whatFailed(failure), retriesDone: fruitless - 1 },
    Number.POSITIVE_INFINITY,
    { now: runtime.now(), random: runtime.random() },
  );
  if (!decision.isRetried) throw failure;
  return decision.delayMs;
}
