import { createRelease, type Release } from "../runtime/release.ts";
import { Semaphore } from "../runtime/semaphore.ts";

export interface StartGateOptions {
  /** Number of turns that may start at the same time. */
  readonly places: number;
  /** Time after which a turn that is still starting releases its place. */
  readonly limitMs: number;
}

/**
 * Lets turns start in order of arrival, a few at a time. Starting a turn uses mostly processor time. If all turns of a
 * burst started at once, each would take as long as all of them together, and so would every request to the server.
 */
export class StartGate {
  readonly #places: Semaphore;
  readonly #limitMs: number;

  constructor({ places, limitMs }: StartGateOptions) {
    this.#places = new Semaphore(places);
    this.#limitMs = limitMs;
  }

  /**
   * Waits for a place. Resolves to a function that releases the place. The caller calls it when it sends the prompt. A
   * turn that waits for a slow forge releases its place after the limit, so that it delays others only that long. If the
   * signal aborts during the wait, resolves at once, without a place.
   */
  async enter(signal: AbortSignal): Promise<Release> {
    try {
      const release = await this.#places.acquire(signal);
      const limit = setTimeout(release, this.#limitMs);
      return createRelease(() => {
        clearTimeout(limit);
        release();
      });
    } catch (cause) {
      if (!signal.aborted) throw cause;
      return createRelease(() => {});
    }
  }
}
