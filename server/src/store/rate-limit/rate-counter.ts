import type { RateLimitWindow } from "../../core/accounts/index.ts";

/** Share of the remaining requests that a server reserves in advance at most. */
const reservedShare = 8;

export interface CountChange {
  readonly key: string;
  /** Points to add. A negative number returns points. */
  readonly points: number;
  /** End of the window that the change starts, or to which it returns points. */
  readonly endsAt: number;
}

/** Count of a window in the database, which includes the reservations of all servers. */
export interface StoredCount {
  readonly points: number;
  /** End of the window, in milliseconds since 1970. */
  readonly endsAt: number;
}

/**
 * Counts the requests of one key, sign-in or organization in its current window. Admits requests from a reservation,
 * which the database already counts, so that all servers together cannot exceed the limit.
 */
export class RateCounter {
  readonly key: string;
  readonly limit: number;
  readonly seconds: number;
  /** Number of requests that wait for the next statement. Each has a claim to one point of the reservation. */
  waiting = 0;
  #stored: StoredCount = { points: 0, endsAt: 0 };
  /** Reserved requests that are not used yet. */
  #left = 0;
  /** Points in the database above the limit, which the next statement returns. */
  #excess = 0;
  #usedSinceWriteBack = 0;
  #wasAsked = false;

  constructor({ key, limit, seconds }: Pick<RateCounter, "key" | "limit" | "seconds">) {
    this.key = key;
    this.limit = limit;
    this.seconds = seconds;
  }

  /**
   * Returns the answer for a request. `unknown` means that it must wait until the database has counted it. A request
   * that has waited has a claim to a point, and others leave it the points that exist.
   */
  answerAt(now: number, hasClaim = false): "admit" | "refuse" | "unknown" {
    this.#wasAsked = true;
    this.#endAt(now);
    if (this.#left > (hasClaim ? 0 : this.waiting)) return "admit";
    return this.#stored.points < this.limit ? "unknown" : "refuse";
  }

  hasEnded(now: number): boolean {
    return now >= this.#stored.endsAt;
  }

  /** Uses a point of the reservation. */
  take(): void {
    this.#left -= 1;
    this.#usedSinceWriteBack += 1;
  }

  windowAt(now: number): RateLimitWindow {
    const { limit, seconds } = this;
    const resetMs = Math.max(1, this.#stored.endsAt - now);
    return { limit, seconds, remaining: this.#remaining, resetMs };
  }

  /**
   * Returns the change of the count in the database: enough points for the requests that wait, and as many as were used
   * since the last write-back. A negative change returns points, which are then no longer used here.
   */
  startChange(now: number): CountChange {
    this.#endAt(now);
    const inAdvance = Math.min(this.#usedSinceWriteBack, Math.floor(this.#remaining / reservedShare));
    const points = Math.max(this.waiting, inAdvance) - this.#left - this.#excess;
    if (points >= 0) return { key: this.key, points, endsAt: now + this.seconds * 1000 };
    const excess = Math.min(-points, this.#excess);
    this.#excess -= excess;
    this.#left += points + excess;
    return { key: this.key, points, endsAt: this.#stored.endsAt };
  }

  /** Starts a new interval between two write-backs. Returns false if no request came in the last one. */
  startInterval(): boolean {
    const wasUsed = this.#wasAsked || this.waiting > 0;
    this.#usedSinceWriteBack = 0;
    this.#wasAsked = false;
    return wasUsed;
  }

  /** Records the count after a change of the database. */
  confirm({ points }: CountChange, stored: StoredCount): void {
    if (stored.endsAt !== this.#stored.endsAt) this.#restart(stored);
    this.#stored = stored;
    if (points <= 0) return;
    const granted = Math.min(points, Math.max(0, this.limit - (stored.points - points)));
    this.#left += granted;
    this.#excess += points - granted;
  }

  #endAt(now: number): void {
    if (this.hasEnded(now)) this.#restart({ points: 0, endsAt: 0 });
  }

  /** Forgets the reservation, which belongs to an earlier window. */
  #restart(stored: StoredCount): void {
    this.#stored = stored;
    this.#left = 0;
    this.#excess = 0;
  }

  get #remaining(): number {
    return Math.max(0, this.limit - this.#stored.points + this.#left + this.#excess);
  }
}
