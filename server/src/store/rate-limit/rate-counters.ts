import type { CountChange, RateCounter, StoredCount } from "./rate-counter.ts";

interface Batch {
  readonly counters: Set<RateCounter>;
  /** Reservations that a write-back of all counters returns, or null if the batch contains none. */
  returned: "surplus" | "all" | null;
  readonly written: PromiseWithResolvers<void>;
}

export interface RateCountersOptions {
  readonly change: (
    changes: readonly CountChange[],
    now: number,
  ) => Promise<ReadonlyMap<string, StoredCount>>;
  readonly now: () => number;
}

/**
 * The counters of this server. Only one statement runs at a time. Requests that arrive meanwhile share the next one.
 * Contains only counters with a request since the write-back before the last one.
 */
export class RateCounters {
  readonly #options: RateCountersOptions;
  readonly #counters = new Map<string, RateCounter>();
  #next: Batch | null = null;
  #isWriting = false;

  constructor(options: RateCountersOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#counters.size;
  }

  get(key: string, create: () => RateCounter): RateCounter {
    let counter = this.#counters.get(key);
    if (counter === undefined) {
      counter = create();
      this.#counters.set(key, counter);
    }
    return counter;
  }

  /** Reserves points for the requests that wait at these counters. Rejects if the database cannot count. */
  reserve(counters: readonly RateCounter[]): Promise<void> {
    return this.#enqueue((batch) => {
      for (const counter of counters) batch.counters.add(counter);
    });
  }

  /**
   * Writes all counters in one statement, and reads the requests of other servers. Forgets the counters without a
   * request since the last write-back.
   */
  writeBack(returned: "surplus" | "all"): Promise<void> {
    return this.#enqueue((batch) => {
      batch.returned = returned;
    });
  }

  #enqueue(add: (batch: Batch) => void): Promise<void> {
    this.#next ??= { counters: new Set(), returned: null, written: Promise.withResolvers() };
    add(this.#next);
    const { promise } = this.#next.written;
    void this.#writeAll();
    return promise;
  }

  async #writeAll(): Promise<void> {
    if (this.#isWriting) return;
    this.#isWriting = true;
    for (let batch = this.#take(); batch !== null; batch = this.#take()) {
      await this.#write(batch).then(batch.written.resolve, batch.written.reject);
    }
    this.#isWriting = false;
  }

  #take(): Batch | null {
    const batch = this.#next;
    this.#next = null;
    return batch;
  }

  /**
   * Points that are being returned are no longer used here, and points that are being reserved are not used yet. If the
   * statement fails, the database may therefore count too many requests, but never too few.
   */
  async #write(batch: Batch): Promise<void> {
    const now = this.#options.now();
    const changes = this.#changesOf(batch, now);
    if (changes.length === 0) return;
    const stored = await this.#options.change(
      changes.map(({ change }) => change),
      now,
    );
    for (const { counter, change } of changes) {
      const count = stored.get(counter.key);
      if (count !== undefined) counter.confirm(change, count);
    }
  }

  #changesOf({ counters, returned }: Batch, now: number) {
    const changes: { readonly counter: RateCounter; readonly change: CountChange }[] = [];
    for (const counter of returned === null ? counters : this.#counters.values()) {
      if (returned === "all") counter.startInterval();
      const change = counter.startChange(now);
      const isIdle = returned !== null && !counter.startInterval();
      if (isIdle) this.#counters.delete(counter.key);
      if (isIdle ? change.points < 0 : counter.waiting > 0 || !counter.hasEnded(now))
        changes.push({ counter, change });
    }
    return changes;
  }
}
