/** Runs the same work on request, one run at a time, with a pause after each. */
export interface Pacer {
  /** Requests a run. Requests during a run or a pause cause one run after the pause. */
  request(): void;
  /** Requests a run that does not wait for the end of a pause. */
  requestNow(): void;
}

/** Creates a pacer. It stops when the signal aborts. `work` must not reject. */
export function createPacer(work: () => Promise<unknown>, pauseMs: () => number, signal: AbortSignal): Pacer {
  let isRunning = false;
  let isRequested = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const run = async () => {
    isRequested = false;
    isRunning = true;
    await work();
    isRunning = false;
    if (signal.aborted) return;
    timer = setTimeout(() => {
      timer = undefined;
      if (isRequested) void run();
    }, pauseMs());
  };
  const request = () => {
    if (signal.aborted) return;
    if (isRunning || timer !== undefined) isRequested = true;
    else void run();
  };
  signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  return {
    request,
    requestNow() {
      clearTimeout(timer);
      timer = undefined;
      request();
    },
  };
}
