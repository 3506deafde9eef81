/** Time over which the work of the event loop is measured. */
const windowMs = 5_000;
/** Share of a window. If the event loop works less, the process is idle. */
const idleBelow = 0.05;

/**
 * Returns freed memory to the system once after each period of work, when the event loop has been idle for five
 * seconds. V8 keeps the memory that a start or a burst of requests needed, because it collects all garbage only while
 * a process allocates. The collection takes about 0.1 s. Does nothing without Node's option `--expose-gc`, which
 * `restartSmall` sets.
 */
export function freeMemoryWhenIdle(everyMs = windowMs): void {
  const collect = globalThis.gc;
  if (collect === undefined) return;
  const shouldCollect = createIdleWatch();
  let before = performance.eventLoopUtilization();
  setInterval(() => {
    const { utilization } = performance.eventLoopUtilization(before);
    // This flavor also shrinks the young generation.
    if (shouldCollect(utilization)) collect({ type: "major", execution: "sync", flavor: "last-resort" });
    before = performance.eventLoopUtilization();
  }, everyMs).unref();
}

/** Returns a function that receives the utilization of each window, and is true for the first idle one after work. */
export function createIdleWatch(): (utilization: number) => boolean {
  let hasWorked = true;
  return (utilization) => {
    const isIdle = utilization < idleBelow;
    const isFirst = isIdle && hasWorked;
    hasWorked = !isIdle;
    return isFirst;
  };
}
