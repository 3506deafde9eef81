import type { MeteredRequest, ModelMeter, ModelUsage } from "../../../core/accounts/index.ts";
import { AppError, type Logger, withReason } from "../../../core/base/index.ts";
import { Semaphore } from "../../../runtime/semaphore.ts";

/** Meter that records the cost of earlier responses before it admits the next request. */
export interface Ledger {
  readonly hasBudget: boolean;
  /** Records the queued usage, then calls the meter's `admit`. Throws `unavailable` if the usage cannot be recorded. */
  admit(request: MeteredRequest): Promise<string | null>;
  /** Adds usage and starts recording it immediately. */
  add(usage: ModelUsage): void;
  /** Queues the release of the amount that a request reserved. The release follows the recording of the request's cost. */
  release(requestId: string): void;
  /** Resolves when all usage is recorded, or after an attempt that failed and was logged. */
  settle(): Promise<void>;
}

export function createLedger(meter: ModelMeter, log: Logger): Ledger {
  /** Entries that are not recorded yet. The queue is bounded, because no request is admitted while recording fails. */
  const waiting: (() => Promise<void>)[] = [];
  const writing = new Semaphore(1);

  const writeAll = async () => {
    while (waiting[0] !== undefined) {
      await waiting[0]();
      waiting.shift();
    }
  };
  /**
   * Records the queued entries in order, in one run at a time. Stops at the first failure, logs it and rejects with it. The remaining
   * entries are still queued.
   */
  const write = async (): Promise<void> => {
    try {
      await writing.run(writeAll);
    } catch (cause) {
      log.error(
        { err: cause, waiting: waiting.length },
        "the cost of a model response could not be recorded",
      );
      throw cause;
    }
  };

  const later = (work: () => Promise<void>) => {
    waiting.push(work);
    // The failure has been logged. The next admission retries.
    write().catch(() => {});
  };

  return {
    hasBudget: meter.hasBudget,
    async admit(request) {
      try {
        // Waits for the current run, then records the entries that it left.
        if (waiting.length > 0) await write();
      } catch (cause) {
        throw new AppError(
          "unavailable",
          `${withReason("The cost of the last model response could not be recorded", cause)} Model requests are paused until it is recorded.`,
          { cause },
        );
      }
      return meter.admit(request);
    },
    add: (usage) => later(() => meter.record(usage)),
    release: (requestId) => later(() => meter.release(requestId)),
    // Waits for the current run, then tries once more to record the entries that it left.
    settle: () => write().catch(() => {}),
  };
}
