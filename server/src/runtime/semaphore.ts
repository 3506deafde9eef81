import { onAbort } from "./on-abort.ts";
import { createRelease, type Release } from "./release.ts";

/**
 * Limits the number of tasks that run concurrently. Other tasks wait in order of arrival. With one permit, the
 * semaphore is a mutex.
 */
export class Semaphore {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(permits: number) {
    this.#free = permits;
  }

  /**
   * Waits for a permit. Resolves to a function that releases the permit. Rejects with the signal's reason if the signal
   * aborts during the wait.
   */
  async acquire(signal?: AbortSignal): Promise<Release> {
    signal?.throwIfAborted();
    if (this.#free > 0) this.#free -= 1;
    else await this.#wait(signal);
    return createRelease(() => this.#handOver());
  }

  /**
   * Runs the task once a permit is available. If the signal aborts during the wait, the call rejects and the task does
   * not start. A started task holds the permit until it settles, even after an abort, so that a task that stops slowly
   * cannot overlap with the next task.
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
        // `delete` returns false if the permit was already handed over. The caller must then return the permit.
        if (this.#waiting.delete(resolve)) reject(signal.reason);
      });
    await promise;
  }

  /** Passes the permit to the first waiting task, so that a later task cannot take it in between. */
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
