import type { SessionEvent } from "../core/sessions/index.ts";
import { followPages } from "./follow-pages.ts";
import type { ReadEvents } from "./gather-reads.ts";
import type { Listener } from "./listener.ts";

/** Yields the stored events after `afterSeq`, and then new events as they are appended. Ends immediately when the signal aborts. */
export function followEvents(
  { read, listener }: { readonly read: ReadEvents; readonly listener: Listener },
  { sessionId, afterSeq, signal }: { sessionId: string; afterSeq: number; signal: AbortSignal },
): AsyncGenerator<SessionEvent, void, undefined> {
  let seq = afterSeq;
  return followPages(listener, [sessionId], signal, async () => {
    const { events, mayHaveMore } = await read(sessionId, seq);
    seq = events.at(-1)?.seq ?? seq;
    return { items: events, next: mayHaveMore ? "read" : "wait" };
  });
}
