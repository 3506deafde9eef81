/**
 * Calls the callback once after `ms` milliseconds. Returns a function that cancels the timer. It is injected, so that tests control the
 * time.
 */
export type StartTimer = (ms: number, callback: () => void) => () => void;

/** Starts a timer that does not keep the process alive. */
export const startTimer: StartTimer = (ms, callback) => {
  const timer = setTimeout(callback, ms);
  timer.unref();
  return () => clearTimeout(timer);
};
