/** Runs tasks in the background, one after the other. After a failure, later tasks do not start. */
export class TaskSequence {
  #tail: Promise<unknown> = Promise.resolve();

  add(task: () => Promise<unknown>): void {
    this.#tail = this.#tail.then(task);
    // `settled` reports the failure. Until then the rejection must not count as unhandled.
    this.#tail.catch(() => {});
  }

  /** Resolves when every task added so far has ended. Rejects with the first failure. */
  async settled(): Promise<void> {
    await this.#tail;
  }
}
