import { onAbort, resolveOnAbort } from "../runtime/on-abort.ts";
import type { Listener } from "./listener.ts";

/** Items that follow the previous page, and what to do after them. */
export interface FollowedPage<T> {
  readonly items: readonly T[];
  /** `read`: read the next page. `wait`: wait for a change first. `end`: nothing follows. */
  readonly next: "read" | "wait" | "end";
}

/**
 * Yields the items of each page, and reads again after each change to one of the objects `ids`. Ends after the page with the next
 * step `end`, and immediately when the signal aborts.
 */
export async function* followPages<T>(
  listener: Listener,
  ids: readonly string[],
  signal: AbortSignal,
  read: () => Promise<FollowedPage<T>>,
): AsyncGenerator<T, void, undefined> {
  if (signal.aborted) return;
  const watch = listener.watch(...ids);
  // Closes the watch on abort. Otherwise, the watch would keep the connection open after the reader stops iterating.
  using _ = onAbort(signal, watch.close);
  try {
    while (!signal.aborted) {
      // Starts to watch before the read, so that a change during the read triggers the next read.
      const changed = watch.nextChange();
      const page = await resolveOnAbort(read(), signal, null);
      if (page === null) return;
      for (const item of page.items) {
        if (signal.aborted) return;
        yield item;
      }
      if (page.next === "end") return;
      if (page.next === "wait") await resolveOnAbort(changed, signal, undefined);
    }
  } finally {
    watch.close();
  }
}
