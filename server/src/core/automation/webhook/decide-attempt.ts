import { asSentence } from "../../base/index.ts";

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** Delays between attempts, about a day in total. */
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
/**
 * Maximum fraction by which a delay is randomly shortened, so that deliveries that failed together are not retried
 * together.
 */
const jitter = 0.2;

/** Response statuses for which `retry-after` is honored. `longestAskedMs` is the maximum delay that it may request. */
const mayAsk: ReadonlySet<number | null> = new Set([429, 503]);
const longestAskedMs = 8 * hourMs;

/** A webhook is disabled after `maxFailures` consecutive failed attempts over at least `maxFailingMs`. */
const maxFailures = 20;
const maxFailingMs = 24 * hourMs;

export interface AttemptAnswer {
  /** Response status, or null if there was no response. */
  readonly status: number | null;
  /** Error, or null if the attempt succeeded. */
  readonly error: string | null;
  /** Delay that `retry-after` requests, or null if the response requests none. */
  readonly askedMs: number | null;
}

export type AttemptDecision =
  | { readonly kind: "succeeded" }
  | { readonly kind: "retry"; readonly afterMs: number }
  /** `isGone` is true if the receiver no longer exists, so that the webhook must be disabled. */
  | { readonly kind: "failed"; readonly outcome: string; readonly isGone: boolean };

/** Decides whether to retry after an attempt, and after what delay. `random` is from 0 to 1. Pure. */
export function decideAttempt(
  { status, error, askedMs }: AttemptAnswer,
  { number, limit, random }: { readonly number: number; readonly limit: number; readonly random: number },
): AttemptDecision {
  if (error === null) return { kind: "succeeded" };
  if (status === 410)
    return {
      kind: "failed",
      outcome: "The receiver responded with 410 (Gone), so the webhook was disabled.",
      isGone: true,
    };
  const wait = backOffMs[number - 1];
  if (number >= limit || wait === undefined) {
    const tried = number === 1 ? "The attempt failed" : `All ${number} attempts failed`;
    return { kind: "failed", outcome: `${tried}. Last error: ${asSentence(error)}`, isGone: false };
  }
  const leastMs = mayAsk.has(status) ? Math.min(askedMs ?? 0, longestAskedMs) : 0;
  return { kind: "retry", afterMs: Math.round(Math.max(wait * (1 - jitter * random), leastMs)) };
}

/** Returns the reason for disabling a failing webhook, or null to keep it enabled. Pure. */
export function decideDisabling(
  { failures, failingSince }: { readonly failures: number; readonly failingSince: Date | null },
  now: Date,
): string | null {
  if (failingSince === null || failures < maxFailures) return null;
  if (now.getTime() - failingSince.getTime() < maxFailingMs) return null;
  return `${failures} consecutive attempts have failed since ${failingSince.toISOString()}. Fix the receiver, then enable the webhook again.`;
}

/** Returns the error message for a response status, or null for a success. */
export function errorOfStatus(status: number): string | null {
  if (status >= 200 && status <= 299) return null;
  return status >= 300 && status <= 399
    ? `The receiver responded with ${status}. Tembo does not follow redirects.`
    : `The receiver responded with ${status}.`;
}
