import { resolveOnAbort } from "../../../../runtime/on-abort.ts";

/**
 * Wakes a running turn that may have new work. A notification is kept until the next wait. Several notifications count
 * as one.
 */
export class WakeSignal {
  #pending = Promise.withResolvers<void>();

  notify(): void {
    this.#pending.resolve();
  }

  /** Resolves on the next notification that no earlier call has consumed, or when the signal aborts. */
  async notified(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await resolveOnAbort(this.#pending.promise, signal, undefined);
    if (!signal.aborted) this.#pending = Promise.withResolvers();
  }
}
