import { AppError } from "../core/base/index.ts";
import type { Ports } from "../core/ports.ts";
import { interruptOf, TurnInterrupt } from "../core/turns/index.ts";
import { type Backoff, backoffMs } from "../runtime/backoff.ts";
import { retry } from "../runtime/retry.ts";
import type { HeldWork } from "./running-work.ts";

/** Short delays, because an overloaded machine recovers quickly and people are waiting for the turn. */
const backoff: Backoff = { firstMs: 500, maxMs: 2_000, jitter: 0.25 };

/**
 * Retries a step while this process holds the work. Steps return their failures as values, so an exception has one of
 * two causes:
 * - Another worker took over the work. The exception must never be recorded as the result. The step stays open, and the
 *   new owner repeats it.
 * - The infrastructure is temporarily unavailable. The step is retried.
 */
export async function retryWhileHeld<T>(
  ports: Pick<Ports, "log">,
  held: HeldWork,
  step: () => Promise<T>,
): Promise<T> {
  try {
    return await retry(step, {
      afterError: (cause, { number }) => {
        if (isTakenAway(cause) || interruptOf(held.signal)?.continuesElsewhere) return null;
        ports.log.error({ err: cause }, "a turn or job cannot continue at the moment; retrying");
        return retryDelayMs(number);
      },
    });
  } catch (cause) {
    ports.log.info({ err: cause }, "a turn or job continues on another worker");
    return await leaveOpen(held);
  }
}

export function retryDelayMs(failures: number, random?: number): number {
  return backoffMs(backoff, failures, random);
}

/**
 * Leaves the turn or job open if the engine fails, because an engine failure must not complete it. The worker that
 * takes over from this one continues the turn or job.
 */
export async function orLeaveOpen(
  ports: Pick<Ports, "log">,
  held: HeldWork,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (cause) {
    ports.log.error(
      { err: cause },
      "a turn or job failed in the engine; it continues when this worker restarts",
    );
    await leaveOpen(held);
  }
}

/**
 * Releases the work and returns a promise that never settles, so that DBOS records no result. Another worker continues
 * the work.
 */
export function leaveOpen(held: HeldWork): Promise<never> {
  held.release();
  return new Promise<never>(() => undefined);
}

function isTakenAway(cause: unknown): boolean {
  return (
    (cause instanceof AppError && cause.code === "fenced") ||
    (cause instanceof TurnInterrupt && cause.continuesElsewhere)
  );
}
