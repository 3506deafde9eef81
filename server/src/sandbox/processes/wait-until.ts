import { pollUntil } from "../../runtime/poll-until.ts";

/**
 * Polls until the condition is true, first immediately, then at intervals that grow to 100 ms. Resolves to false after `timeoutMs`. Polling
 * is necessary, because the kernel reports an exit only to the process's parent, and the server is not an orphan's parent.
 */
export function waitUntil(isTrue: () => boolean, timeoutMs: number): Promise<boolean> {
  return pollUntil(isTrue, { every: { firstMs: 1, maxMs: 100 }, timeoutMs });
}
