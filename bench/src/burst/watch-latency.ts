import { openApiClient } from "../api/client.ts";

const EVERY_MS = 20;
const SOCKETS = 4;

/**
 * Requests a path of a server every 20 ms while `work` runs. Returns the result of `work`, and the milliseconds from the
 * time at which each request was due to its response. A server that does not respond for a while thus counts once for
 * each request that was due.
 */
export async function watchLatency<T>(
  url: string,
  path: string,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly latencies: readonly number[] }> {
  const client = openApiClient(url, "", SOCKETS);
  const responses: Promise<number>[] = [];
  const send = async (dueAt: number) => {
    await client.get(path);
    return performance.now() - dueAt;
  };
  let dueAt = performance.now();
  const timer = setInterval(() => {
    for (; dueAt <= performance.now(); dueAt += EVERY_MS) {
      const response = send(dueAt);
      // A failure is reported when the work has ended.
      response.catch(() => {});
      responses.push(response);
    }
  }, EVERY_MS);
  try {
    const result = await work();
    clearInterval(timer);
    return { result, latencies: await Promise.all(responses) };
  } finally {
    clearInterval(timer);
    client.close();
  }
}
