import { AppError } from "../core/base/index.ts";
import type { Ports } from "../core/ports.ts";
import { interruptOf, TurnInterrupt } from "../core/turns/index.ts";
import { type Backoff, backoffMs } from "../runtime/backoff.ts";
import { retry } from "../runtime/retry.ts";
import type { HeldWork } from "./running-work.ts";

/** What passes on an overloaded machine is over in a moment, and a turn that goes on late is one that people wait for. */
const backoff: Backoff = { firstMs: 500, maxMs: 2_000, jitter: 0.25 };

/**
 * Steps give their failures as values, so what is thrown here is either the work being taken away, or infrastructure that
 * is away for a while. The first must never be recorded as a result: the step is left open, and whoever holds the work now
 * repeats it. The second is tried again for as long as this process holds the work.
 */
export async function retryWhileHeld<T>(
  ports: Pick<Ports, "log">,
  held: HeldWork,
  step: () => Promise<T>,
): Promise<T> {
  try {
    return await retry(step, {
      afterError: (cause, { number }) => {
        if (isTakenAway(cause) || interruptOf(held.signal)?.kind === "handedBack") return null;
        ports.log.error({ err: cause }, "a turn or job cannot go on at the moment; trying again");
        return retryDelayMs(number);
      },
    });
  } catch (cause) {
    ports.log.info({ err: cause }, "a turn or job goes on elsewhere");
    return await leaveOpen(held);
  }
}

export function retryDelayMs(failures: number, random?: number): number {
  return backoffMs(backoff, failures, random);
}

/**
 * What breaks in the engine itself must not become the end of a turn or job: it is left open, and goes on when a worker takes over what
 * this one had.
 */
export async function orLeaveOpen(
  ports: Pick<Ports, "log">,
  held: HeldWork,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (cause) {
    ports.log.error({ err: cause }, "a turn or job broke; it goes on once this worker is started again");
    await leaveOpen(held);
  }
}

/** The work goes on elsewhere: here it comes to no end, so that nothing is recorded for it. */
export function leaveOpen(held: HeldWork): Promise<never> {
  held.release();
  return new Promise<never>(() => undefined);
}

function isTakenAway(cause: unknown): boolean {
  return (
    (cause instanceof AppError && cause.code === "fenced") ||
    (cause instanceof TurnInterrupt && cause.kind === "handedBack")
  );
}
