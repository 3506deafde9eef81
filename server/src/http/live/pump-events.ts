import { withTimeout } from "../../runtime/with-timeout.ts";

/** Event reader at the other end of a connection. */
export interface Watcher<Event> {
  /** Sends one event. Returns false if too much data is in flight. The caller must then wait for `drained`. */
  send(event: Event): boolean;
  /** Settles when the reader has received the data in flight, or has disconnected. */
  drained(signal: AbortSignal): Promise<unknown>;
}

/** Maximum time that a watcher may leave data in flight unread. */
export const maxStallMs = 30_000;

/** Thrown if the reader has stopped reading. */
export class StalledWatcher extends Error {
  override readonly name = "StalledWatcher";
  constructor() {
    super(
      "The client did not read for too long. Reconnect, starting after the last event that you received.",
    );
  }
}

/** Sends events one at a time, as fast as the watcher reads. Throws `StalledWatcher` if the watcher does not catch up within `stallMs`. */
export async function pumpEvents<Event>(
  follow: (signal: AbortSignal) => AsyncIterable<Event>,
  watcher: Watcher<Event>,
  { signal, stallMs = maxStallMs }: { readonly signal: AbortSignal; readonly stallMs?: number | undefined },
): Promise<void> {
  for await (const event of follow(signal)) {
    if (!watcher.send(event)) await withTimeout(watcher.drained(signal), stallMs, throwStalled);
  }
}

function throwStalled(): never {
  throw new StalledWatcher();
}
