import { onAbort, resolveOnAbort } from "../runtime/on-abort.ts";
import type { Listener } from "./listener.ts";

/** Yields when access to an organization's sessions may have changed. Ends immediately when the signal aborts. */
export async function* followAccess(
  listener: Listener,
  organizationId: string,
  signal: AbortSignal,
): AsyncGenerator<void, void, undefined> {
  if (signal.aborted) return;
  const watch = listener.watch(organizationId);
  // Closes the watch on abort. Otherwise, the watch would keep the connection open after the reader stops iterating.
  using _ = onAbort(signal, watch.close);
  try {
    let changed = watch.nextChange();
    while (true) {
      await resolveOnAbort(changed, signal, undefined);
      if (signal.aborted) return;
      // Starts to watch before the yield, so that a change during the reader's check also causes a yield.
      changed = watch.nextChange();
      yield;
    }
  } finally {
    watch.close();
  }
}
