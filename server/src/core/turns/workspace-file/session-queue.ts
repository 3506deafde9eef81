import { KeyedMutex } from "../../../runtime/keyed-mutex.ts";

/** Runs the tasks of each session one at a time, and rejects tasks beyond a number that run or wait. */
export class SessionQueue {
  readonly #maxTasks: number;
  readonly #full: () => Error;
  readonly #mutex = new KeyedMutex();
  readonly #tasks = new Map<string, number>();

  /** `full` creates the error of a rejected task. */
  constructor(maxTasks: number, full: () => Error) {
    this.#maxTasks = maxTasks;
    this.#full = full;
  }

  async run<T>(sessionId: string, task: () => Promise<T>): Promise<T> {
    const tasks = this.#tasks.get(sessionId) ?? 0;
    if (tasks >= this.#maxTasks) throw this.#full();
    this.#tasks.set(sessionId, tasks + 1);
    try {
      return await this.#mutex.run(sessionId, task);
    } finally {
      const left = this.#tasks.get(sessionId)! - 1;
      if (left === 0) this.#tasks.delete(sessionId);
      else this.#tasks.set(sessionId, left);
    }
  }
}
