import type { Clock } from "../core/base/index.ts";
import { TurnInterrupt } from "../core/turns/index.ts";

/** Maximum time between two looks at the clock. */
const checkMs = 10_000;

/**
 * Time limit of work, by the wall clock. A timer for the whole time would not count the time for which the machine
 * sleeps, but others who watch the work do. Disposing of the object ends the limit.
 */
export class TimeLimit implements Disposable {
  readonly #clock: Clock;
  readonly #at: Date;
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | null = null;

  constructor(clock: Clock, at: Date) {
    this.#clock = clock;
    this.#at = at;
    this.#check();
  }

  /** Aborts at the limit, with a `TurnInterrupt` as its reason. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #check(): void {
    const remainingMs = this.#at.getTime() - this.#clock.now().getTime();
    if (remainingMs <= 0) {
      this.#controller.abort(new TurnInterrupt("limit"));
      return;
    }
    this.#timer = setTimeout(() => this.#check(), Math.min(remainingMs, checkMs));
    // Work that is handed back never ends its limit, which must not keep the process running.
    this.#timer.unref();
  }
}
