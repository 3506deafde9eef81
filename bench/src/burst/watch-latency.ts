import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** Names a server and one of its paths. */
export interface Watched {
  readonly url: string;
  readonly path: string;
}

/** The milliseconds of each request, or the reason of the first failure. */
export type Watch = { readonly latencies: readonly number[] } | { readonly failure: string };

/**
 * Requests a path of a server every 20 ms while `work` runs. Returns the result of `work`, and the milliseconds from the
 * time at which each request was due to its response. A server that does not respond for a while thus counts once for
 * each request that was due. Sends the requests in a separate thread, because `work` may block this one.
 */
export async function watchLatency<T>(
  watched: Watched,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly latencies: readonly number[] }> {
  const worker = new Worker(new URL("watch-latency.worker.ts", import.meta.url), { workerData: watched });
  try {
    await once(worker, "message");
    const result = await work();
    const answer = once(worker, "message") as Promise<[Watch]>;
    worker.postMessage("stop");
    const [watch] = await answer;
    if ("failure" in watch) throw new Error(watch.failure);
    return { result, latencies: watch.latencies };
  } finally {
    await worker.terminate();
  }
}
