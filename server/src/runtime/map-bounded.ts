import { Semaphore } from "./semaphore.ts";

/**
 * Runs the work for each item, at most `maxRunning` at a time, and returns the results in the order of the items. A failure does not stop the
 * work for other items. After all of it has settled, throws the failure of the first item that failed.
 */
export async function mapBounded<T, R>(
  items: readonly T[],
  maxRunning: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const permits = new Semaphore(maxRunning);
  const settled = await Promise.allSettled(items.map((item) => permits.run(() => work(item))));
  return settled.map((one) => {
    if (one.status === "rejected") throw one.reason;
    return one.value;
  });
}
