import { setTimeout as delay } from "node:timers/promises";

/**
 * Asks until the answer is true: at once, then in growing steps up to 100 ms. False when `timeoutMs` passed.
 * The kernel tells only parents of a process's end, and an orphan's parent is somebody else.
 */
export async function waitUntil(isTrue: () => boolean, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  for (let stepMs = 1; !isTrue(); stepMs = Math.min(stepMs * 2, 100)) {
    if (performance.now() > deadline) return false;
    await delay(stepMs);
  }
  return true;
}
