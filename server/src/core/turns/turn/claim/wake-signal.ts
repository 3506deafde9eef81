import { resolveOnAbort } from "../../../../runtime/on-abort.ts";

/** Wakes a running turn that may have new work. A notification without a waiter is kept; several count as one. */
export class WakeSignal {
  #pending = Promise.withResolvers<void>();

  notify(): void {
    this.#pending.resolve();
  }

  /** Resolves on the next notification that no earlier call has taken, and when the signal aborts. */
  async notified(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await resolveOnAbort(this.#pending.promise, signal, undefined);
    if (!signal.aborted) this.#pending = Promise.withResolvers();
  }
}
