import { delayOrAbort } from "./delay.ts";

/** Yields the values of a source, with a pause of at least `pauseMs` milliseconds after each, until the signal aborts. */
export async function* paced<T>(
  source: AsyncIterable<T>,
  pauseMs: number,
  signal: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  for await (const value of source) {
    yield value;
    await delayOrAbort(pauseMs, signal);
    if (signal.aborted) return;
  }
}
