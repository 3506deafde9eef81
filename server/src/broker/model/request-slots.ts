/** Lets a bounded number of requests run at once; the others wait in their order. */
export interface RequestSlots {
  /** Resolves with what gives the slot back, idempotent. Rejects when the signal aborts while it waits. */
  take(signal: AbortSignal): Promise<() => void>;
}

export function createRequestSlots(count: number): RequestSlots {
  let free = count;
  const waiting = new Set<() => void>();
  const giveBack = () => {
    // Handed over, so that nobody who comes later is first.
    const [next] = waiting;
    if (next === undefined) free++;
    else next();
  };
  const untilFree = (signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const leave = () => {
        waiting.delete(enter);
        reject(signal.reason);
      };
      const enter = () => {
        waiting.delete(enter);
        signal.removeEventListener("abort", leave);
        resolve();
      };
      signal.addEventListener("abort", leave, { once: true });
      waiting.add(enter);
    });
  return {
    async take(signal) {
      signal.throwIfAborted();
      if (free > 0) free--;
      else await untilFree(signal);
      let isTaken = true;
      return () => {
        if (isTaken) giveBack();
        isTaken = false;
      };
    },
  };
}
