import { retry } from "../../../runtime/retry.ts";
import { AppError, type ErrorCode, reason } from "../errors.ts";
import type { Logger } from "../logger.ts";
import type { JobTools, Kept } from "./job-tools.ts";

/**
 * Result of one call. `later` requests another call after `afterMs` milliseconds, or after ten minutes if that is
 * sooner.
 */
export type Answer<T extends Kept> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "later"; readonly afterMs: number };

export type Ending<T extends Kept> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "failed"; readonly sentence: string };

/** Delays between the five attempts, less than eight minutes in total. */
const backOffMs = [5_000, 30_000, 120_000, 300_000] as const;
const maxPutOffs = 60;
const maxPutOffMs = 10 * 60_000;

/**
 * Codes of transient failures. A timeout is also transient. An exhausted forge rate limit has the code `forge_failed`.
 */
const passing: ReadonlySet<ErrorCode> = new Set(["unavailable", "rate_limited", "forge_failed"]);

/**
 * Runs a part of a job until it is done or has failed. Retries a transient failure, with delays that survive a crash.
 * Work that has to wait returns `later` and is called again. Returns `failed` with an explanation after any other
 * failure, the fifth transient failure or the 61st `later`. Rethrows an error if the job's signal has aborted. The work
 * must not sleep inside a step, because a crash would restart the wait and the step would block other jobs. `tries` is
 * the number of earlier calls.
 */
export async function runWithRetries<T extends Kept>(
  { tools, log }: { readonly tools: JobTools; readonly log: Logger },
  name: string,
  work: (tries: number) => Promise<Answer<T>>,
): Promise<Ending<T>> {
  const stepName = (number: number) => (number === 1 ? name : `${name}, try ${number}`);
  let failures = 0;
  let putOffs = 0;
  let pauseName = "";
  const last = await retry<Tried<T>>(
    (number) => {
      const step = stepName(number);
      return tools.step(step, () => once(tools, log, step, () => work(number - 1)));
    },
    {
      afterResult: (tried, { number }) => {
        if (tried.kind === "done") return null;
        if (tried.kind === "later") {
          putOffs += 1;
          pauseName = `wait after ${stepName(number)}`;
          return putOffs > maxPutOffs ? null : Math.min(Math.max(tried.afterMs, 0), maxPutOffMs);
        }
        failures += 1;
        pauseName = `back off after ${stepName(number)}`;
        return tried.mayPass ? (backOffMs[failures - 1] ?? null) : null;
      },
      // Waits in the engine, so that a crash does not restart the delay.
      wait: (ms) => tools.pause(pauseName, ms),
    },
  );
  if (last.kind === "done") return last;
  return failed(
    last.kind === "later"
      ? `The server gave up after it had postponed the job ${maxPutOffs} times.`
      : last.sentence,
  );
}

type Tried<T extends Kept> =
  | Answer<T>
  | { readonly kind: "failed"; readonly sentence: string; readonly mayPass: boolean };

async function once<T extends Kept>(
  tools: JobTools,
  log: Logger,
  name: string,
  work: () => Promise<Answer<T>>,
): Promise<Tried<T>> {
  try {
    return await work();
  } catch (cause) {
    // Another process continues the job, so this is not a failure and there is no result to persist.
    if (tools.signal.aborted) throw cause;
    log.warn({ err: cause, step: name }, "a step of a job failed");
    const mayPass = isTimeout(cause) || (cause instanceof AppError && passing.has(cause.code));
    return { kind: "failed", sentence: errorMessage(cause), mayPass };
  }
}

/**
 * Returns a message for users. It is generic for errors with the code `internal`, and for errors other than `AppError`
 * and timeouts, so that no internals leak.
 */
function errorMessage(cause: unknown): string {
  if (isTimeout(cause)) return "The job exceeded its time limit.";
  return cause instanceof AppError && cause.code !== "internal"
    ? reason(cause).slice(0, 1000)
    : "Something went wrong on the server. See the server's log.";
}

/** True for the error of `AbortSignal.timeout`. */
const isTimeout = (cause: unknown) => cause instanceof DOMException && cause.name === "TimeoutError";

const failed = (sentence: string) => ({ kind: "failed", sentence }) as const;
