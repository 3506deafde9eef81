import { APIError, APIUserAbortError, TemboError, WaitTimeoutError } from "../errors.ts";
import { checkedNumber } from "../options.ts";
import { isWorthRetrying } from "../request/decide-retry.ts";
import type { Runtime } from "../runtime.ts";
import type { Session } from "../types.ts";
import { followSession } from "./follow-session.ts";
import type { StreamParts } from "./follow-stream.ts";
import { isIdle, isTurnEnd, retrieveSession } from "./rest.ts";

export interface SessionWaitOptions {
  /** Timeout in milliseconds. Defaults to one hour. */
  timeout?: number | undefined;
  /** Aborts the wait, which then throws an `APIUserAbortError`. */
  signal?: AbortSignal | undefined;
}

/** Poll interval in milliseconds while a stream is open. */
const listeningPauseMs = 30_000;
/** Poll interval in milliseconds without a stream. It grows with each poll, up to the maximum. */
const firstPollMs = 1_000;
const longestPollMs = 10_000;
/** Maximum number of consecutive failed requests for the session. */
const maxFailures = 10;

/**
 * Resolves with the session when it is idle. The client requests the session each time the event stream reports the end
 * of a turn. Without a stream, for example behind a proxy that buffers responses, the client polls more often. Throws
 * `WaitTimeoutError` on timeout, `APIUserAbortError` if the signal aborts, or `TemboError` if `timeout` is invalid.
 */
export async function waitForSession(
  parts: StreamParts,
  sessionId: string,
  { timeout = 3_600_000, signal }: SessionWaitOptions = {},
): Promise<Session> {
  checkedNumber("timeout", timeout, 1);
  if (signal?.aborted) throw new APIUserAbortError(signal.reason);
  const ender = new AbortController();
  const onAbort = () => ender.abort();
  signal?.addEventListener("abort", onAbort);
  let isLate = false;
  const cancelTimer = parts.runtime.after(timeout, () => {
    isLate = true;
    ender.abort();
  });
  const wakeSignal = createWakeSignal(parts.runtime, ender.signal);
  const listening = listen(parts, sessionId, wakeSignal, ender.signal);
  try {
    return await pollUntilIdle(parts, sessionId, wakeSignal, ender.signal);
  } catch (error) {
    if (signal?.aborted) throw new APIUserAbortError(signal.reason);
    if (isLate) throw new WaitTimeoutError(sessionId, timeout);
    throw error;
  } finally {
    cancelTimer();
    signal?.removeEventListener("abort", onAbort);
    ender.abort();
    await listening;
  }
}

async function pollUntilIdle(
  { transport }: StreamParts,
  sessionId: string,
  wakeSignal: WakeSignal,
  signal: AbortSignal,
): Promise<Session> {
  let failures = 0;
  for (let pollMs = firstPollMs; ; pollMs = Math.min(pollMs * 1.5, longestPollMs)) {
    try {
      const session = await retrieveSession(transport, sessionId, signal);
      if (isIdle(session)) return session;
      failures = 0;
    } catch (error) {
      failures++;
      if (signal.aborted || failures >= maxFailures || !passes(error)) throw error;
    }
    await wakeSignal.wait(wakeSignal.isConnected ? listeningPauseMs : pollMs);
    if (signal.aborted) throw new APIUserAbortError(signal.reason);
  }
}

/** Returns true if the failure may be temporary. */
function passes(error: unknown): boolean {
  if (!(error instanceof APIError)) return false;
  return isWorthRetrying({ status: error.status, headers: error.headers, isRepeatable: true });
}

/**
 * Notifies the wake signal at the end of each turn. Also notifies it when a connection opens, because earlier events
 * may have been missed.
 */
async function listen(
  parts: StreamParts,
  sessionId: string,
  wakeSignal: WakeSignal,
  signal: AbortSignal,
): Promise<void> {
  const onOpen = () => {
    wakeSignal.isConnected = true;
    wakeSignal.notify();
  };
  try {
    const events = followSession(parts, sessionId, { after: null, signal, onOpen });
    for await (const event of events) if (isTurnEnd(event)) wakeSignal.notify();
  } catch (error) {
    // Polling continues. If polling fails too, the caller receives that error.
    if (!(error instanceof TemboError)) throw error;
  } finally {
    wakeSignal.isConnected = false;
  }
}

interface WakeSignal {
  /** True while a stream is open. */
  isConnected: boolean;
  notify(): void;
  /**
   * Resolves after `notify` is called, after `ms` or when the signal aborts. A notification between two calls counts
   * for the second.
   */
  wait(ms: number): Promise<void>;
}

function createWakeSignal(runtime: Runtime, signal: AbortSignal): WakeSignal {
  let isNotified = false;
  let waker = new AbortController();
  const wakeSignal: WakeSignal = {
    isConnected: false,
    notify() {
      isNotified = true;
      waker.abort();
    },
    async wait(ms) {
      if (!isNotified && !signal.aborted) {
        waker = new AbortController();
        await runtime.sleep(ms, waker.signal);
      }
      isNotified = false;
    },
  };
  signal.addEventListener("abort", wakeSignal.notify);
  return wakeSignal;
}
