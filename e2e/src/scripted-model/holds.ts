import type { RecordedRequest } from "./recorder.ts";

export interface Hold {
  /** Resolves with the held request when it arrives. Never resolves if the hold is released before. */
  readonly arrived: Promise<RecordedRequest>;
  /** Releases the held request. If none has arrived, cancels the hold. */
  release(): void;
}

interface Waiting {
  readonly fits: (request: RecordedRequest) => boolean;
  readonly arrive: (request: RecordedRequest) => void;
  readonly released: Promise<void>;
  readonly release: () => void;
  isTaken: boolean;
}

/** Creates the holds of a server. Each hold blocks one request, so that a test can act at an exact moment of a turn. */
export function createHolds() {
  const waiting = new Set<Waiting>();
  return {
    hold(fits: (request: RecordedRequest) => boolean = ({ isBackground }) => !isBackground): Hold {
      const arrived = Promise.withResolvers<RecordedRequest>();
      const released = Promise.withResolvers<void>();
      const hold: Waiting = {
        fits,
        arrive: arrived.resolve,
        released: released.promise,
        release: released.resolve,
        isTaken: false,
      };
      waiting.add(hold);
      return {
        arrived: arrived.promise,
        release() {
          waiting.delete(hold);
          released.resolve();
        },
      };
    },
    /**
     * Resolves immediately if no hold matches the request. Otherwise, resolves when the hold is released or the client
     * has disconnected.
     */
    async pass(request: RecordedRequest, signal: AbortSignal): Promise<void> {
      const hold = [...waiting].find(({ isTaken, fits }) => !isTaken && fits(request));
      if (!hold) return;
      hold.isTaken = true;
      hold.arrive(request);
      await Promise.race([hold.released, aborted(signal)]);
      waiting.delete(hold);
    },
    releaseAll() {
      for (const hold of waiting) hold.release();
      waiting.clear();
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
