import { performance } from "node:perf_hooks";
import type { TestContext } from "node:test";

/** Runs `work`, and adds its duration to the test's output. */
export async function timed<T>(context: TestContext, what: string, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const result = await work();
  context.diagnostic(`${what}: ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
  return result;
}
