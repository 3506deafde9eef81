import type { SessionEvent } from "../../core/sessions/index.ts";
import { withTimeout } from "../../runtime/with-timeout.ts";

/** Where events go: one reader at the other end of a connection. */
export interface Watcher {
  /** Hands one event over. False: there is as much on its way as may be, and `drained` says when the reader has taken it. */
  send(event: SessionEvent): boolean;
  /** Settles when the reader has taken what is on its way, or is gone. */
  drained(signal: AbortSignal): Promise<unknown>;
}

/** How long a watcher may leave untaken what is on its way to it. */
export const maxStallMs = 30_000;

/** The reader takes nothing. */
export class StalledWatcher extends Error {
  override readonly name = "StalledWatcher";
  constructor() {
    super("Nothing was read for too long; connect again, behind the last event that you have.");
  }
}

/** One event at a time, as fast as the watcher reads. Throws `StalledWatcher` when it reads nothing for `stallMs`. */
export async function pumpEvents(
  follow: (signal: AbortSignal) => AsyncIterable<SessionEvent>,
  watcher: Watcher,
  { signal, stallMs = maxStallMs }: { readonly signal: AbortSignal; readonly stallMs?: number | undefined },
): Promise<void> {
  for await (const event of follow(signal)) {
    if (!watcher.send(event)) await withTimeout(watcher.drained(signal), stallMs, throwStalled);
  }
}

function throwStalled(): never {
  throw new StalledWatcher();
}
