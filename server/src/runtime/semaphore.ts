import { onAbort } from "./on-abort.ts";
import { createRelease, type Release } from "./release.ts";

/** Limits how many tasks run at once. The others wait in the order in which they came. With one permit it is a mutex. */
export class Semaphore {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(permits: number) {
    this.#free = permits;
  }

  /** Resolves to a function that returns the permit. Rejects with the signal's reason when the signal aborts during the wait. */
  async acquire(signal?: AbortSignal): Promise<Release> {
    signal?.throwIfAborted();
    if (this.#free > 0) this.#free -= 1;
    else await this.#wait(signal);
    return createRelease(() => this.#handOver());
  }

  /**
   * Runs the task when it gets a permit. An abort during the wait rejects and the task does not start. Once started, the task holds
   * the permit until it settles, whatever the signal does: two tasks must never overlap because one of them is slow to stop.
   */
  async run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    using _ = await this.acquire(signal);
    // The signal may have aborted between the handover and here.
    signal?.throwIfAborted();
    return await task();
  }

  async #wait(signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    using _ =
      signal &&
      onAbort(signal, () => {
        // False: the permit was handed over before, and the caller has to return it.
        if (this.#waiting.delete(resolve)) reject(signal.reason);
      });
    await promise;
  }

  /** The permit goes to the first task that waits, so that a later one cannot take it in between. */
  #handOver(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
