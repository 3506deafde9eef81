import { AppError } from "../../base/index.ts";

export interface Requester {
  /** True if the request contains a known-browser token of the account, an API key, a sign-in or an invitation link. */
  readonly isKnown: boolean;
  /** Account or invitation link of a known requester, or network of an unknown requester. */
  readonly source: string;
}

interface Waiting {
  readonly source: string;
  start(): void;
  refuse(cause: AppError): void;
}

const maxAtOnce = 2;
/** Maximum length of each of the two queues. */
const maxWaiting = 30;
/** Maximum number of running and queued tasks per source. */
const maxOfSource = 10;

/**
 * Runs memory-intensive tasks, at most two at a time. Known and unknown requesters have separate queues, which
 * alternate, so that unknown requesters cannot block known requesters. Each source has at most ten tasks. If a queue is
 * full, a task from a source with few queued tasks evicts a task from the source with the most.
 */
export class HashQueue {
  #running = 0;
  #wasKnown = false;
  readonly #known: Waiting[] = [];
  readonly #strangers: Waiting[] = [];
  readonly #places = new Map<string, number>();

  /**
   * Waits for a free slot, and then runs `work`. Throws `rate_limited` if the source has too many tasks, the queue is
   * full, or a later task evicts this task.
   */
  async run<T>(requester: Requester, work: () => Promise<T>): Promise<T> {
    const key = `${requester.isKnown} ${requester.source}`;
    const places = this.#places.get(key) ?? 0;
    if (places >= maxOfSource) throw tooMany();
    this.#places.set(key, places + 1);
    try {
      await this.#takeTurn(requester);
      try {
        return await work();
      } finally {
        this.#startNext();
      }
    } finally {
      const left = this.#places.get(key)! - 1;
      if (left === 0) this.#places.delete(key);
      else this.#places.set(key, left);
    }
  }

  async #takeTurn({ isKnown, source }: Requester): Promise<void> {
    if (this.#running < maxAtOnce) {
      this.#running += 1;
      return;
    }
    const queue = isKnown ? this.#known : this.#strangers;
    if (queue.length >= maxWaiting) evictLongestSource(queue, source);
    await new Promise<void>((start, refuse) => queue.push({ source, start, refuse }));
  }

  #startNext(): void {
    const takesKnown = this.#known.length > 0 && (!this.#wasKnown || this.#strangers.length === 0);
    const next = (takesKnown ? this.#known : this.#strangers).shift();
    if (next === undefined) {
      this.#running -= 1;
      return;
    }
    this.#wasKnown = takesKnown;
    next.start();
  }
}

/**
 * Rejects the newest task of the source with the most queued tasks. Throws `rate_limited` if `source` has as many
 * queued tasks, or only one fewer.
 */
function evictLongestSource(queue: Waiting[], source: string): void {
  const counts = new Map<string, number>();
  for (const one of queue) counts.set(one.source, (counts.get(one.source) ?? 0) + 1);
  const [busiest = "", most = 0] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [];
  if (most <= (counts.get(source) ?? 0) + 1) throw tooMany();
  const at = queue.findLastIndex((one) => one.source === busiest);
  for (const one of queue.splice(at, 1)) one.refuse(tooMany());
}

const tooMany = () =>
  new AppError("rate_limited", "Too many people are signing in right now. Try again in a few seconds.");
