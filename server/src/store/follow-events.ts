import type { Clock, Measure } from "../core/base/index.ts";
import type { SessionEvent } from "../core/sessions/index.ts";
import { followPages } from "./follow-pages.ts";
import type { ReadEvents } from "./gather-reads.ts";
import type { Listener } from "./listener.ts";

/**
 * Yields the stored events after `afterSeq`, and then new events as they are appended. Ends immediately when the signal
 * aborts. Measures the lag of the new events.
 */
export function followEvents(
  {
    read,
    listener,
    clock,
    measure,
  }: {
    readonly read: ReadEvents;
    readonly listener: Listener;
    readonly clock: Clock;
    readonly measure: Measure;
  },
  { sessionId, afterSeq, signal }: { sessionId: string; afterSeq: number; signal: AbortSignal },
): AsyncGenerator<SessionEvent, void, undefined> {
  let seq = afterSeq;
  const followedSince = clock.now();
  return followPages(listener, [sessionId], signal, async () => {
    const { events, mayHaveMore } = await read(sessionId, seq);
    seq = events.at(-1)?.seq ?? seq;
    const now = clock.now().getTime();
    for (const { createdAt } of events)
      if (createdAt > followedSince)
        // The clock of the machine that appended the event may be ahead.
        measure({ kind: "eventRead", lagMs: Math.max(0, now - createdAt.getTime()) });
    return { items: events, next: mayHaveMore ? "read" : "wait" };
  });
}
