import type { MeteredRequest, ModelMeter, ModelUsage } from "../../../core/accounts/index.ts";
import { AppError, type Logger, reason } from "../../../core/base/index.ts";
import { Semaphore } from "../../../runtime/semaphore.ts";

/** Keeps a meter's order: what earlier answers cost is recorded before the next request is admitted. */
export interface Ledger {
  readonly hasBudget: boolean;
  /** As the meter's. Throws `unavailable` while an earlier answer cannot be recorded. */
  admit(request: MeteredRequest): Promise<string | null>;
  /** Begins to record at once. */
  add(usage: ModelUsage): void;
  /** Gives up what a request has reserved, behind what it has spent. */
  release(requestId: string): void;
  /** Once everything was recorded or, in the log, given up. */
  settle(): Promise<void>;
}

export function createLedger(meter: ModelMeter, log: Logger): Ledger {
  /** Bounded: nothing is admitted, so nothing is added, while one of them fails. */
  const waiting: (() => Promise<void>)[] = [];
  const writing = new Semaphore(1);

  const writeAll = async () => {
    while (waiting[0] !== undefined) {
      await waiting[0]();
      waiting.shift();
    }
  };
  /** One write at a time; each try begins after the one before, and knows nothing of its failure. */
  const write = async (): Promise<void> => {
    try {
      await writing.run(writeAll);
    } catch (cause) {
      log.error({ err: cause, waiting: waiting.length }, "what a model answer cost could not be recorded");
      throw cause;
    }
  };

  const later = (work: () => Promise<void>) => {
    waiting.push(work);
    // Logged already, and tried again by the next admission.
    write().catch(() => {});
  };

  return {
    hasBudget: meter.hasBudget,
    async admit(request) {
      try {
        // Comes after the writes that have begun.
        if (waiting.length > 0) await write();
      } catch (cause) {
        throw new AppError(
          "unavailable",
          `What the last model answer cost could not be recorded: ${reason(cause)} Nothing is asked of a model until it is.`,
          { cause },
        );
      }
      return meter.admit(request);
    },
    add: (usage) => later(() => meter.record(usage)),
    release: (requestId) => later(() => meter.release(requestId)),
    // Runs after the writes that have begun, and retries once the entries that they left.
    settle: () => write().catch(() => {}),
  };
}
