import type { Runtime } from "../runtime.ts";
import type { SessionEvent } from "../types.ts";
import { followSession, type SessionEventsOptions } from "./follow-session.ts";
import type { StreamParts } from "./follow-stream.ts";
import { hasEndedAfter, isIdle, isTurnEnd, retrieveSession } from "./rest.ts";

export interface SessionStreamOptions extends SessionEventsOptions {
  /** If true, the stream continues after the session becomes idle and yields the events of later messages too. */
  follow?: boolean | undefined;
}

/**
 * Time without events after which the client checks whether the session has ended. Each further interval is five times
 * as long as the previous one, up to the maximum.
 */
const firstQuietMs = 100;
const longestQuietMs = 15_000;

/**
 * Yields the events of a session like `followSession`, until the session is idle and all its events have been yielded.
 * Before the stream ends, the client confirms with the server that the session is idle and has no later events. With
 * `follow`, continues after that.
 */
export async function* streamSession(
  parts: StreamParts,
  sessionId: string,
  options: SessionStreamOptions = {},
): AsyncGenerator<SessionEvent, void, undefined> {
  const { signal, after = 0, follow = false } = options;
  if (follow) return yield* followSession(parts, sessionId, options);
  const ender = new AbortController();
  const onAbort = () => ender.abort(signal?.reason);
  signal?.addEventListener("abort", onAbort);
  if (signal?.aborted) onAbort();
  const events = followSession(parts, sessionId, { ...options, signal: ender.signal });
  let lastId = after;
  let next: Promise<IteratorResult<SessionEvent, void>> | null = null;
  try {
    let mayBeOver = isIdle(await retrieveSession(parts.transport, sessionId, ender.signal));
    for (;;) {
      next = events.next();
      const hasEnded = () => hasEndedAfter(parts.transport, sessionId, lastId, ender.signal);
      if (mayBeOver && (await endsBefore(next, parts.runtime, hasEnded))) return;
      const { done, value } = await next;
      next = null;
      if (done) return;
      lastId = value.id;
      if (isTurnEnd(value)) mayBeOver = true;
      else if (value.eventType === "turn.queued") mayBeOver = false;
      yield value;
    }
  } catch (error) {
    if (signal?.aborted) return;
    throw error;
  } finally {
    signal?.removeEventListener("abort", onAbort);
    ender.abort();
    // Ignores the error of a pending event, because the event is no longer needed.
    if (next !== null) await Promise.allSettled([next]);
    await events.return();
  }
}

/**
 * Returns true if the session has ended before `next` settles. Sends no checks while events arrive, because a replay
 * contains the ends of many turns.
 */
async function endsBefore(
  next: Promise<unknown>,
  runtime: Runtime,
  hasEnded: () => Promise<boolean>,
): Promise<boolean> {
  for (let quietMs = firstQuietMs; ; quietMs = Math.min(quietMs * 5, longestQuietMs)) {
    if (await settlesWithin(next, quietMs, runtime)) return false;
    if (await hasEnded()) return true;
  }
}

async function settlesWithin(next: Promise<unknown>, ms: number, runtime: Runtime): Promise<boolean> {
  const waker = new AbortController();
  const settled = Promise.allSettled([next]).then(() => true);
  const quiet = runtime.sleep(ms, waker.signal).then(() => false);
  try {
    return await Promise.race([settled, quiet]);
  } finally {
    waker.abort();
  }
}
