const REQUESTS = 1_000;
const CONNECTIONS = 20;

/**
 * Sends 1,000 requests, spread over the calls. In its first 1,000 requests, a fresh server takes 2 to 4 times as long,
 * because its code is not compiled yet.
 */
export async function warmUp(calls: readonly (() => Promise<unknown>)[], requests = REQUESTS): Promise<void> {
  let next = 0;
  const connection = async () => {
    while (next < requests) {
      const call = calls[next % calls.length]!;
      next += 1;
      await call();
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
}
