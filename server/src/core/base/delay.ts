/** Waits. Rejects with the signal's reason when that comes first. */
export function delay(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const cut = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", cut);
      resolve();
    }, ms);
    signal.addEventListener("abort", cut, { once: true });
  });
}
