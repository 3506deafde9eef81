import type { SessionEvent } from "../core/sessions/index.ts";
import { onAbort, resolveOnAbort } from "../runtime/on-abort.ts";
import type { ReadEvents } from "./gather-reads.ts";
import type { Listener } from "./listener.ts";

/** Yields the stored events after `afterSeq`, and then new events as they are appended. Ends immediately when the signal aborts. */
export async function* followEvents(
  { read, listener }: { readonly read: ReadEvents; readonly listener: Listener },
  { sessionId, afterSeq, signal }: { sessionId: string; afterSeq: number; signal: AbortSignal },
): AsyncGenerator<SessionEvent, void, undefined> {
  if (signal.aborted) return;
  const watch = listener.watch(sessionId);
  // Closes the watch on abort. Otherwise, the watch would keep the connection open after the reader stops iterating.
  using _ = onAbort(signal, watch.close);
  let seq = afterSeq;
  try {
    while (!signal.aborted) {
      // Starts to watch before the read, so that an event appended during the read triggers the next read.
      const changed = watch.nextChange();
      const page = await resolveOnAbort(read(sessionId, seq), signal, null);
      if (page === null) return;
      for (const event of page.events) {
        if (signal.aborted) return;
        seq = event.seq;
        yield event;
      }
      if (!page.mayHaveMore) await resolveOnAbort(changed, signal, undefined);
    }
  } finally {
    watch.close();
  }
}
