/** Runs `work` when its turn has come; rejects with the signal's reason when it ends before. */
export type Slots = <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T>;

/** Runs at most `count` works at once; the others wait in the order they came. Who gives up waiting leaves no trace. */
export function createSlots(count: number): Slots {
  let free = count;
  const waiting = new Set<() => void>();
  const release = () => {
    const [next] = waiting;
    if (next === undefined) free += 1;
    else next();
  };
  const acquire = (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    if (free > 0) {
      free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const enter = () => settle(resolve);
      const leave = () => settle(() => reject(signal.reason));
      const settle = (end: () => void) => {
        waiting.delete(enter);
        signal.removeEventListener("abort", leave);
        end();
      };
      waiting.add(enter);
      signal.addEventListener("abort", leave);
    });
  };
  return async (work, signal) => {
    await acquire(signal);
    return work().finally(release);
  };
}
