/** Time and randomness, replaceable in tests. */
export interface Runtime {
  now(): number;
  random(): number;
  /** Calls `callback` once after `ms`, unless the returned function is called first. */
  after(ms: number, callback: () => void): () => void;
  /** Resolves after `ms`, or immediately if the signal aborts. */
  sleep(ms: number, signal: AbortSignal | undefined): Promise<void>;
}

export const systemRuntime: Runtime = {
  now: Date.now,
  random: Math.random,
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  sleep(ms, signal) {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener("abort", done);
    });
  },
};
