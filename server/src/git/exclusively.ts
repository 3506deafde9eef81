/** Runs works of one key one after the other within this process. A work whose signal aborts while it waits is not begun. */
export function exclusively() {
  const tails = new Map<string, Promise<unknown>>();
  return async <T>(key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
    const before = tails.get(key) ?? Promise.resolve();
    const mine = before.then(() => {
      signal.throwIfAborted();
      return work();
    });
    // The next one waits for the end, whichever it is; this one's caller gets the failure.
    const tail = mine.catch(() => {});
    tails.set(key, tail);
    try {
      return await mine;
    } finally {
      if (tails.get(key) === tail) tails.delete(key);
    }
  };
}
