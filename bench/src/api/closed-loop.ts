export interface Load {
  /** Number of concurrent callers. Each caller sends its next request as soon as it receives a response. */
  readonly connections: number;
  readonly durationMs: number;
}

/** Returns the duration of each call in milliseconds. Throws if a call fails. */
export async function measureLatency(
  call: () => Promise<unknown>,
  { connections, durationMs }: Load,
): Promise<number[]> {
  const latencies: number[] = [];
  const deadline = performance.now() + durationMs;
  const caller = async () => {
    while (performance.now() < deadline) {
      const startedAt = performance.now();
      await call();
      latencies.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: connections }, caller));
  return latencies;
}
