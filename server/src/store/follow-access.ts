import { onAbort, resolveOnAbort } from "../runtime/on-abort.ts";
import type { Listener } from "./listener.ts";

/** Yields when the access to an organization's sessions may have changed. Ends at once when the signal aborts. */
export async function* followAccess(
  listener: Listener,
  organizationId: string,
  signal: AbortSignal,
): AsyncGenerator<void, void, undefined> {
  if (signal.aborted) return;
  const watch = listener.watch(organizationId);
  // A reader that never asks again would keep the connection.
  using _ = onAbort(signal, watch.close);
  try {
    let changed = watch.nextChange();
    while (true) {
      await resolveOnAbort(changed, signal, undefined);
      if (signal.aborted) return;
      // Before the yield: what changes while the reader checks is yielded again.
      changed = watch.nextChange();
      yield;
    }
  } finally {
    watch.close();
  }
}
