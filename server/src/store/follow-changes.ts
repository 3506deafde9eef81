import { onAbort, resolveOnAbort } from "../runtime/on-abort.ts";
import type { Listener } from "./listener.ts";

/**
 * Yields when one of the objects `ids` may have changed. Changes during the reader's work cause one yield. Ends immediately
 * when the signal aborts.
 */
export async function* followChanges(
  listener: Listener,
  ids: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<void, void, undefined> {
  if (signal.aborted) return;
  const watch = listener.watch(...ids);
  // Closes the watch on abort. Otherwise, the watch would keep the connection open after the reader stops iterating.
  using _ = onAbort(signal, watch.close);
  try {
    let changed = watch.nextChange();
    while (true) {
      await resolveOnAbort(changed, signal, undefined);
      if (signal.aborted) return;
      // Starts to watch before the yield, so that a change during the reader's work also causes a yield.
      changed = watch.nextChange();
      yield;
    }
  } finally {
    watch.close();
  }
}
