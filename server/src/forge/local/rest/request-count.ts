import type { Clock } from "../../../core/base/index.ts";

export interface Count {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Time of the reset, in seconds since 1970. */
  readonly reset: number;
}

const windowMs = 3_600_000;

/** Limits the number of requests per key and clock hour, within this process. */
export class RequestCount {
  readonly #clock: Clock;
  readonly #limit: number;
  #used = new Map<string, number>();
  #window = 0;

  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
  }

  /** Counts a request. Returns null if the key has reached its limit for this hour. */
  take(id: string): Count | null {
    const used = (this.#usedBy(id) ?? 0) + 1;
    if (used > this.#limit) return null;
    this.#used.set(id, used);
    return this.of(id);
  }

  of(id: string): Count {
    const used = this.#usedBy(id) ?? 0;
    const reset = ((this.#window + 1) * windowMs) / 1000;
    return { limit: this.#limit, used, remaining: this.#limit - used, reset };
  }

  #usedBy(id: string): number | undefined {
    const window = Math.floor(this.#clock.now().getTime() / windowMs);
    if (window !== this.#window) {
      this.#window = window;
      this.#used = new Map();
    }
    return this.#used.get(id);
  }
}
