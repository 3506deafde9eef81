/** Calls back once after a while; returns what takes it back. Injected so that tests turn the time themselves. */
export type StartTimer = (ms: number, callback: () => void) => () => void;

/** Never keeps the process alive. */
export const startTimer: StartTimer = (ms, callback) => {
  const timer = setTimeout(callback, ms);
  timer.unref();
  return () => clearTimeout(timer);
};
