import { getHeapStatistics } from "node:v8";

/** Time over which the work of the event loop is measured. */
const windowMs = 5_000;
/** Share of a window. If the event loop works less, the window is idle. */
const idleBelow = 0.05;
/** Number of idle windows in a row. Most pauses between two steps of a turn are shorter. */
const minIdleWindows = 6;
/** Growth of the heap since the last collection, below which another one is not worth its time. */
const minGrowth = 1.25;

/**
 * Returns freed memory to the system when the event loop has been idle for half a minute and the heap has grown since
 * the last time. V8 keeps the memory that a start or a burst of requests needed, because it collects all garbage only
 * while a process allocates. Does nothing without a collector.
 */
export function freeMemoryWhenIdle(collect = createCollector(), everyMs = windowMs): void {
  if (collect === null) return;
  const watch = createIdleWatch(() => getHeapStatistics().total_heap_size, collect);
  let before = performance.eventLoopUtilization();
  setInterval(() => {
    watch(performance.eventLoopUtilization(before).utilization);
    before = performance.eventLoopUtilization();
  }, everyMs).unref();
}

/**
 * Returns a function that gives all memory without objects back to the system. Returns null without Node's option
 * `--expose-gc`, which `restartSmall` sets. The event loop stands still for 0.15 to 0.3 s with 20 MiB of objects, and for
 * 0.5 to 1.3 s with 100 MiB. One or two regular collections, with or without one of the young generation, take a third
 * of that time or more, but return almost nothing: they neither shrink the young generation nor move objects out of
 * pages that are almost empty.
 */
export function createCollector(): (() => void) | null {
  const { gc } = globalThis;
  if (gc === undefined) return null;
  return () => gc({ type: "major", execution: "sync", flavor: "last-resort" });
}

/**
 * Returns a function that receives the utilization of each window. It collects after enough idle windows, if the heap
 * has grown.
 */
export function createIdleWatch(heapBytes: () => number, collect: () => void): (utilization: number) => void {
  let idleWindows = 0;
  let collectedBytes = 0;
  return (utilization) => {
    idleWindows = utilization < idleBelow ? idleWindows + 1 : 0;
    if (idleWindows < minIdleWindows || heapBytes() < collectedBytes * minGrowth) return;
    collect();
    collectedBytes = heapBytes();
    idleWindows = 0;
  };
}
