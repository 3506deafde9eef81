const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** Between one attempt and the next; a day in all. */
const backOffMs: readonly number[] = [
  5 * secondMs,
  30 * secondMs,
  2 * minuteMs,
  10 * minuteMs,
  30 * minuteMs,
  hourMs,
  2 * hourMs,
  4 * hourMs,
  8 * hourMs,
  8 * hourMs,
];
export const maxAttempts = backOffMs.length + 1;
/** A wait is shortened by up to this part of it, so that what failed together does not come together again. */
const jitter = 0.2;

/** Answers whose `retry-after` is heeded, and how long it may ask to wait. */
const mayAsk: ReadonlySet<number | null> = new Set([429, 503]);
const longestAskedMs = 8 * hourMs;

/** A webhook is disabled after so many attempts in a row that failed, over at least so long. */
const maxFailures = 20;
const maxFailingMs = 24 * hourMs;

export interface AttemptAnswer {
  /** Null when no answer came. */
  readonly status: number | null;
  /** Null when the status says success. */
  readonly error: string | null;
  /** The wait that `retry-after` asks for. */
  readonly askedMs: number | null;
}

export type AttemptDecision =
  | { readonly kind: "succeeded" }
  | { readonly kind: "retry"; readonly afterMs: number }
  /** Also stops every other delivery, when the receiver is gone. */
  | { readonly kind: "failed"; readonly outcome: string; readonly isGone: boolean };

/** What follows from an attempt. `random` is from 0 to 1. Pure. */
export function decideAttempt(
  { status, error, askedMs }: AttemptAnswer,
  { number, limit, random }: { readonly number: number; readonly limit: number; readonly random: number },
): AttemptDecision {
  if (error === null) return { kind: "succeeded" };
  if (status === 410)
    return { kind: "failed", outcome: "It answered 410 (Gone), so the webhook was disabled.", isGone: true };
  const wait = backOffMs[number - 1];
  if (number >= limit || wait === undefined) {
    const tried = number === 1 ? "It was tried once" : `It was tried ${number} times`;
    return { kind: "failed", outcome: `${tried}; the last time: ${error}`, isGone: false };
  }
  const leastMs = mayAsk.has(status) ? Math.min(askedMs ?? 0, longestAskedMs) : 0;
  return { kind: "retry", afterMs: Math.round(Math.max(wait * (1 - jitter * random), leastMs)) };
}

/** Why a webhook that fails is disabled; null while it is not. Pure. */
export function decideDisabling(
  { failures, failingSince }: { readonly failures: number; readonly failingSince: Date | null },
  now: Date,
): string | null {
  if (failingSince === null || failures < maxFailures) return null;
  if (now.getTime() - failingSince.getTime() < maxFailingMs) return null;
  return `${failures} attempts in a row failed since ${failingSince.toISOString()}; enable it again when its receiver answers.`;
}

/** The sentence for an answer that is no success, null for one that is. */
export function errorOfStatus(status: number): string | null {
  if (status >= 200 && status <= 299) return null;
  return status >= 300 && status <= 399
    ? `It answered ${status}; redirects are not followed.`
    : `It answered ${status}.`;
}
