export interface Load {
  /** So many ask at once, each again as soon as it was answered. */
  readonly connections: number;
  readonly durationMs: number;
}

/** How long each call took, in milliseconds. The first that fails ends all. */
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
