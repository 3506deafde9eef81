import { Semaphore } from "./semaphore.ts";

interface Lock {
  readonly mutex: Semaphore;
  /** Number of tasks that run or wait for the lock. */
  users: number;
}

/** Runs tasks with the same key one at a time within this process. Tasks with different keys run concurrently. */
export class KeyedMutex {
  readonly #locks = new Map<string, Lock>();

  /**
   * Runs the task once the lock for the key is free. If the signal aborts during the wait, rejects with the signal's
   * reason and does not start the task.
   */
  async run<T>(key: string, task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const lock = this.#locks.get(key) ?? { mutex: new Semaphore(1), users: 0 };
    this.#locks.set(key, lock);
    lock.users += 1;
    try {
      return await lock.mutex.run(task, signal);
    } finally {
      lock.users -= 1;
      if (lock.users === 0) this.#locks.delete(key);
    }
  }

  /** Number of keys in use. */
  get size(): number {
    return this.#locks.size;
  }
}
