import type { MeteredRequest, ModelMeter, ModelUsage } from "../../../core/accounts/index.ts";
import { AppError, type Logger, reason } from "../../../core/base/index.ts";
import { Semaphore } from "../../../runtime/semaphore.ts";

/** Orders the calls of a meter: the cost of earlier responses is recorded before the next request is admitted. */
export interface Ledger {
  readonly hasBudget: boolean;
  /** Works like the meter's `admit`. Throws `unavailable` while the cost of an earlier response cannot be recorded. */
  admit(request: MeteredRequest): Promise<string | null>;
  /** Starts recording immediately. */
  add(usage: ModelUsage): void;
  /** Releases the amount that a request has reserved, after its cost is recorded. */
  release(requestId: string): void;
  /** Resolves when everything is recorded or, with a log entry, given up. */
  settle(): Promise<void>;
}

export function createLedger(meter: ModelMeter, log: Logger): Ledger {
  /** Entries to record. Their number is bounded, because no request is admitted while an entry fails. */
  const waiting: (() => Promise<void>)[] = [];
  const writing = new Semaphore(1);

  const writeAll = async () => {
    while (waiting[0] !== undefined) {
      await waiting[0]();
      waiting.shift();
    }
  };
  /** Runs one write at a time. Each one starts after the previous one and ignores its failure. */
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
    // The failure is already logged. The next admission retries.
    write().catch(() => {});
  };

  return {
    hasBudget: meter.hasBudget,
    async admit(request) {
      try {
        // Runs after the writes that have started.
        if (waiting.length > 0) await write();
      } catch (cause) {
        throw new AppError(
          "unavailable",
          `The cost of the last model response could not be recorded: ${reason(cause)} Model requests are paused until it is.`,
          { cause },
        );
      }
      return meter.admit(request);
    },
    add: (usage) => later(() => meter.record(usage)),
    release: (requestId) => later(() => meter.release(requestId)),
    // Runs after the writes that have started, and retries once the entries that they left.
    settle: () => write().catch(() => {}),
  };
}
