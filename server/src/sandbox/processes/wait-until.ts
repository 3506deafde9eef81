import { pollUntil } from "../../runtime/poll-until.ts";

/**
 * Asks until the answer is true: at once, then in growing steps up to 100 ms. False when `timeoutMs` passed.
 * The kernel tells only parents of a process's end, and an orphan's parent is somebody else.
 */
export function waitUntil(isTrue: () => boolean, timeoutMs: number): Promise<boolean> {
  return pollUntil(isTrue, { every: { firstMs: 1, maxMs: 100 }, timeoutMs });
}
