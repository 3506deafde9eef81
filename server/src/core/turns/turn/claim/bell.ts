/** Tells a running turn that there may be something for it. A ring that nobody waits for is kept; several are one. */
export class Bell {
  #ring = Promise.withResolvers<void>();

  ring(): void {
    this.#ring.resolve();
  }

  /** Resolves at a ring that was not heard yet, and when the signal aborts. */
  async heard(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const aborted = Promise.withResolvers<void>();
    const onAbort = () => aborted.resolve();
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      await Promise.race([this.#ring.promise, aborted.promise]);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
    if (!signal.aborted) this.#ring = Promise.withResolvers();
  }
}
