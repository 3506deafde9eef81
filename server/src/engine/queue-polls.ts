import type { DBOS } from "@dbos-inc/dbos-sdk";
import { runWithAbortableDbRetries } from "@dbos-inc/dbos-sdk/internal/context";
import { DBOSExecutor } from "@dbos-inc/dbos-sdk/internal/dbos-executor";
import { wfQueueRunner } from "@dbos-inc/dbos-sdk/internal/wfqueue";
import type { Logger } from "../core/base/index.ts";
import { KeyedMutex } from "../runtime/keyed-mutex.ts";

type Queue = Awaited<ReturnType<typeof DBOS.registerQueue>>;
type PollQueue = (executor: DBOSExecutor, queue: Queue) => Promise<boolean>;

/** Members of DBOS's queue runner that its types hide. The tests of this class fail if a release changes them. */
const runner = wfQueueRunner as unknown as {
  readonly states: ReadonlyMap<string, { readonly queue: Queue }>;
  pollQueue: PollQueue;
};

/** Interval at which DBOS polls each queue by itself. A lost notice delays work by at most this time. */
export const DISPATCH_MS = 1_000;

/**
 * Polls a queue as soon as work for it may have become ready: after a notice, and when work of this process has ended. Replaces
 * the poll of DBOS's own loop, so that polls of one queue never overlap. Each poll claims as many workflows as the queue's
 * limit leaves room for, so two at the same time would exceed the limit.
 */
export class QueuePolls {
  readonly #log: Logger;
  readonly #queues: ReadonlyMap<string, Queue>;
  readonly #mutex = new KeyedMutex();
  /** Names of the queues for which a poll waits until the current one has ended. */
  readonly #waiting = new Set<string>();
  readonly #polls = new Set<Promise<void>>();
  readonly #watched = new WeakSet<object>();
  readonly #stopped = new AbortController();
  readonly #original: PollQueue;
  readonly #serialized: PollQueue;

  /** `queues` are the queues of this process. DBOS must have started. */
  constructor(log: Logger, queues: readonly Queue[]) {
    this.#log = log;
    this.#queues = new Map(queues.map((queue) => [queue.name, queue]));
    this.#original = runner.pollQueue;
    this.#serialized = (executor, queue) => this.#mutex.run(queue.name, () => this.#poll(executor, queue));
    runner.pollQueue = this.#serialized;
  }

  /** Polls the queue. Calls before the poll starts share it. Ignores queues of other processes. */
  wake(queueName: string): void {
    const queue = this.#queues.get(queueName);
    if (queue === undefined || this.#stopped.signal.aborted || this.#waiting.has(queueName)) return;
    this.#waiting.add(queueName);
    const poll = this.#pollWhenFree(queue).finally(() => this.#polls.delete(poll));
    this.#polls.add(poll);
  }

  wakeAll(): void {
    for (const queueName of this.#queues.keys()) this.wake(queueName);
  }

  /**
   * Starts no further poll. Resolves when the current ones have ended, except those of DBOS's own loop, which continues.
   * Idempotent.
   */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all(this.#polls);
    if (runner.pollQueue === this.#serialized) runner.pollQueue = this.#original;
  }

  async #pollWhenFree(queue: Queue): Promise<void> {
    const { signal } = this.#stopped;
    try {
      const poll = async () => {
        this.#waiting.delete(queue.name);
        const executor = DBOSExecutor.globalInstance;
        if (executor === undefined) return;
        // DBOS's loop reads the settings of the queues every second. Another process may have changed them.
        const current = runner.states.get(queue.name)?.queue ?? queue;
        await runWithAbortableDbRetries(signal, () => this.#poll(executor, current));
      };
      // The signal ends a wait for a poll of DBOS's loop, which repeats its statements until the database returns.
      await this.#mutex.run(queue.name, poll, signal);
    } catch (cause) {
      if (signal.aborted) return;
      this.#log.warn({ err: cause, queue: queue.name }, "a queue could not be polled; the next poll follows");
    }
  }

  async #poll(executor: DBOSExecutor, queue: Queue): Promise<boolean> {
    const isContended = await this.#original.call(runner, executor, queue);
    for (const entry of [...executor.systemDatabase.runningWorkflowMap.values()].flat()) {
      if (entry.queueName !== queue.name || this.#watched.has(entry)) continue;
      this.#watched.add(entry);
      // DBOS settles the promise after it has freed the workflow's place in the queue.
      void entry.promise.then(() => this.wake(queue.name));
    }
    return isContended;
  }
}
