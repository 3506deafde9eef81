import { rejectOnAbort } from "../../../runtime/on-abort.ts";
import { withTimeout } from "../../../runtime/with-timeout.ts";
import { AppError } from "../errors.ts";

/**
 * Age of the last confirmed heartbeat after which a worker may not act. Other workers take over its turns only afterwards,
 * so two machines never act for the same session.
 */
export const workerLeaseMs = 10_000;
const checkMs = 250;
/** Longer than most outages of a database. A request that waits longer fails. */
const maxWaitMs = 10 * 60_000;

/** Time on two clocks. The monotonic clock stops while a machine sleeps, and the other one may be set. */
export interface ClockReading {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

const readClocks = (): ClockReading => ({ monotonicMs: performance.now(), wallMs: Date.now() });

/**
 * Right of this process to act outside the machine for its turns: to call models, reach the network and push. A worker
 * has it while its heartbeats reach the database. A process that is not a worker always has it.
 */
export class WorkerLease {
  readonly #read: () => ClockReading;
  #confirmed: ClockReading | null = null;
  #restored: PromiseWithResolvers<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #onChanged: (isValid: boolean) => void = () => {};
  #wasValid = true;

  constructor(read: () => ClockReading = readClocks) {
    this.#read = read;
  }

  /** Returns the time to pass to `confirm`. Call it before sending a heartbeat. */
  now(): ClockReading {
    return this.#read();
  }

  /** Extends the lease after a confirmed heartbeat, which was sent at `sentAt`. The first call begins the lease. */
  confirm(sentAt: ClockReading): void {
    this.#confirmed = sentAt;
    if (this.#timer === null) {
      this.#timer = setInterval(() => this.#notice(), checkMs);
      this.#timer.unref();
    }
    this.#notice();
  }

  /** Ends the lease until the next confirmed heartbeat. Call it when the connection of the heartbeats ends. */
  lapse(): void {
    if (this.#confirmed === null) return;
    this.#confirmed = { monotonicMs: Number.NEGATIVE_INFINITY, wallMs: Number.NEGATIVE_INFINITY };
    this.#notice();
  }

  /** Calls the listener when the lease lapses and when it is valid again. There is one listener. */
  watch(onChanged: (isValid: boolean) => void): void {
    this.#onChanged = onChanged;
  }

  isValid(): boolean {
    if (this.#confirmed === null) return true;
    const { monotonicMs, wallMs } = this.#read();
    const ageMs = Math.max(monotonicMs - this.#confirmed.monotonicMs, wallMs - this.#confirmed.wallMs);
    return ageMs < workerLeaseMs;
  }

  /**
   * Waits until the lease is valid. Rejects with the signal's reason if the signal aborts first, and throws
   * `unavailable` after ten minutes.
   */
  async whenValid(signal?: AbortSignal | null): Promise<void> {
    while (!this.isValid()) {
      this.#restored ??= Promise.withResolvers<void>();
      const restored = withTimeout(this.#restored.promise, maxWaitMs, () => {
        throw tooLong();
      });
      await (signal ? rejectOnAbort(restored, signal) : restored);
    }
  }

  /** Ends the lease when this process is no longer a worker. */
  end(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#confirmed = null;
    this.#notice();
  }

  #notice(): void {
    const isValid = this.isValid();
    if (isValid) {
      this.#restored?.resolve();
      this.#restored = null;
    }
    if (isValid === this.#wasValid) return;
    this.#wasValid = isValid;
    this.#onChanged(isValid);
  }
}

const tooLong = () =>
  new AppError(
    "unavailable",
    "This worker could not reach the database for ten minutes. Check the connection to the database.",
  );
