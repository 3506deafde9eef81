import { setTimeout as pause } from "node:timers/promises";

const everyMs = 100;

/** Calls `ask` until it returns a value, for at most `limitMs`. Throws an error with `what` on timeout. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false>,
  limitMs = 30_000,
): Promise<T> {
  for (let leftMs = limitMs; ; leftMs -= everyMs) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (leftMs <= 0) throw new Error(`Timed out waiting for ${what}.`);
    await pause(everyMs);
  }
}
