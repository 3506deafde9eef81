/** Runs works one after the other. One whose signal aborts while it waits is not begun. */
export function inTurn() {
  let tail: Promise<unknown> = Promise.resolve();
  return <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
    const mine = tail.then(() => {
      signal.throwIfAborted();
      return work();
    });
    // The next one waits for the end, whichever it is; this one's caller gets the failure.
    tail = mine.catch(() => {});
    return mine;
  };
}
