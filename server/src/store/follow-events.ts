import type { SessionEvent } from "../core/sessions/index.ts";
import type { ReadEvents } from "./gather-reads.ts";
import type { Listener } from "./listener.ts";

/** Events after `afterSeq` as they are appended. Ends at once when the signal aborts. */
export async function* followEvents(
  { read, listener }: { readonly read: ReadEvents; readonly listener: Listener },
  { sessionId, afterSeq, signal }: { sessionId: string; afterSeq: number; signal: AbortSignal },
): AsyncGenerator<SessionEvent, void, undefined> {
  if (signal.aborted) return;
  const watch = listener.watch(sessionId);
  // Not left to the loop: a reader that never asks again would keep the connection.
  signal.addEventListener("abort", watch.close, { once: true });
  let seq = afterSeq;
  try {
    while (!signal.aborted) {
      // Before the read: what is appended during it wakes the next one.
      const changed = watch.nextChange();
      const page = await unlessAborted(read(sessionId, seq), signal);
      if (page === aborted) return;
      for (const event of page.events) {
        if (signal.aborted) return;
        seq = event.seq;
        yield event;
      }
      if (!page.mayHaveMore) await unlessAborted(changed, signal);
    }
  } finally {
    signal.removeEventListener("abort", watch.close);
    watch.close();
  }
}

const aborted = Symbol("aborted");

/** Settles as the promise does, or at once on abort; leaves nothing on the signal. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | typeof aborted> {
  return new Promise((resolve, reject) => {
    const onAbort = () => resolve(aborted);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
