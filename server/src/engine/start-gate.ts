import { createRelease, type Release } from "../runtime/release.ts";
import { Semaphore } from "../runtime/semaphore.ts";

export interface StartGateOptions {
  /** Number of turns that may start at the same time. */
  readonly places: number;
  /** Time after which a turn that is still starting gives its place to the next one. */
  readonly limitMs: number;
}

/**
 * Lets turns start in order of arrival, a few at a time. Starting a turn is mostly work for the processor. If all turns
 * of a burst started at once, each would take as long as all of them together, and so would every request to the server.
 */
export class StartGate {
  readonly #places: Semaphore;
  readonly #limitMs: number;

  constructor({ places, limitMs }: StartGateOptions) {
    this.#places = new Semaphore(places);
    this.#limitMs = limitMs;
  }

  /**
   * Waits for a place. Resolves to a function that gives it back, once the turn's prompt is sent. A turn that waits for
   * a slow forge gives it back after the limit, so that it does not hold up others.
   */
  async enter(): Promise<Release> {
    const release = await this.#places.acquire();
    const limit = setTimeout(release, this.#limitMs);
    return createRelease(() => {
      clearTimeout(limit);
      release();
    });
  }
}
