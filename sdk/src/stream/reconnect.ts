import { APIConnectionError, APIError } from "../errors.ts";
import { decideRetry, isWorthRetrying } from "../request/decide-retry.ts";
import type { Runtime } from "../runtime.ts";

/** State of the current connection. The connection updates it. */
export interface ConnectionState {
  /** True once data has arrived over the connection. */
  isAlive: boolean;
  /** Delay that the server requests before the next connection, or null if it requests none. */
  retryMs: number | null;
}

interface Reconnecting {
  readonly runtime: Runtime;
  /** Ends the iteration without an error. */
  readonly signal: AbortSignal | undefined;
  /**
   * Number of consecutive connections without data after which the last error is thrown. Defaults to 10, which takes
   * about 40 seconds if each connection fails immediately.
   */
  readonly maxAttempts?: number | undefined;
}

/**
 * Yields the values of consecutive connections. Throws if the server rejects a request (401, 403, 404, ...) or stays
 * unreachable.
 */
export async function* reconnect<T>(
  connect: (state: ConnectionState) => AsyncGenerator<T, void, undefined>,
  { runtime, signal, maxAttempts = 10 }: Reconnecting,
): AsyncGenerator<T, void, undefined> {
  const state: ConnectionState = { isAlive: false, retryMs: null };
  let fruitless = 0;
  while (!signal?.aborted) {
    state.isAlive = false;
    let failure: APIError | null = null;
    try {
      yield* connect(state);
    } catch (error) {
      if (signal?.aborted) return;
      if (!(error instanceof APIError) || !isWorthRetrying(whatFailed(error))) throw error;
      failure = error;
    }
    if (signal?.aborted) return;
    if (state.isAlive) fruitless = 0;
    fruitless++;
    if (fruitless >= maxAttempts && !state.isAlive) {
      throw (
        failure ?? new APIConnectionError("The server closed the event stream without sending any events.")
      );
    }
    await runtime.sleep(pauseBefore(fruitless, failure, state, runtime), signal);
  }
}

/**
 * Describes the failure for `decideRetry`. The request is repeatable, because repeated reads of a stream have no side
 * effects.
 */
function whatFailed(failure: APIError | null) {
  return { status: failure?.status, headers: failure?.headers, isRepeatable: true };
}

/**
 * Returns the delay before the next connection. If a stream with data ended without an error, the server closed the
 * stream intentionally. The delay is then the one that the server requested, or a short default.
 */
function pauseBefore(
  fruitless: number,
  failure: APIError | null,
  state: ConnectionState,
  runtime: Runtime,
): number {
  if (state.isAlive && failure === null) return Math.min(Math.max(state.retryMs ?? 250, 100), 10_000);
  const decision = decideRetry(
    { ...whatFailed(failure), retriesDone: fruitless - 1 },
    Number.POSITIVE_INFINITY,
    { now: runtime.now(), random: runtime.random() },
  );
  if (!decision.isRetried) throw failure;
  return decision.delayMs;
}
