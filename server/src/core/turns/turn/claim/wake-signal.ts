import { resolveOnAbort } from "../../../../runtime/on-abort.ts";

/** Tells a running turn that there may be something for it. A ring that nobody waits for is kept; several are one. */
export class WakeSignal {
  #ring = Promise.withResolvers<void>();

  notify(): void {
    this.#ring.resolve();
  }

  /** Resolves at a ring that was not heard yet, and when the signal aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await resolveOnAbort(this.#ring.promise, signal, undefined);
    if (!signal.aborted) this.#ring = Promise.withResolvers();
  }
}
