import { Semaphore } from "./semaphore.ts";

interface Lock {
  readonly mutex: Semaphore;
  /** Number of tasks that run or wait. */
  users: number;
}

/** Runs tasks of the same key one after the other within this process. Tasks of different keys run side by side. */
export class KeyedMutex {
  readonly #locks = new Map<string, Lock>();

  /** Rejects with the signal's reason when the signal aborts during the wait; the task does not start then. */
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
