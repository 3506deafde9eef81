import type { Budget } from "./usage.ts";

/** What was spent on models so far, in millionths of a US dollar. */
export interface Spent {
  readonly sessionMicroUsd: number;
  /** By the organization, in this calendar month (UTC). */
  readonly monthMicroUsd: number;
  /** What requests that run may still cost: those of the session's chain, and all of the organization's. */
  readonly sessionReservedMicroUsd: number;
  readonly monthReservedMicroUsd: number;
}

/** A sentence that refuses the next request to a model, or null. */
export function decideBudget(spent: Spent, budget: Budget): string | null {
  const { perSessionMicroUsd, perMonthMicroUsd } = budget;
  if (perSessionMicroUsd !== null && spent.sessionMicroUsd >= perSessionMicroUsd) {
    return `budget reached: this session has spent ${dollars(spent.sessionMicroUsd)} on models, and may spend ${dollars(perSessionMicroUsd)}. Start a new session with a larger budget, or raise what the organization lets each session spend where that is less.`;
  }
  if (perMonthMicroUsd !== null && spent.monthMicroUsd >= perMonthMicroUsd) {
    return `budget reached: the organization has spent ${dollars(spent.monthMicroUsd)} on models this month, and may spend ${dollars(perMonthMicroUsd)}. Raise the organization's monthly budget to go on, or wait for the next month (UTC).`;
  }
  return null;
}

/**
 * Whether requests that run may spend what is left of a budget, so that the next one waits for them. Without it each of those that run at once
 * could go over the budget; with it the last one alone. Pure.
 */
export function isHeldByOthers(spent: Spent, { perSessionMicroUsd, perMonthMicroUsd }: Budget): boolean {
  return (
    (perSessionMicroUsd !== null &&
      spent.sessionMicroUsd + spent.sessionReservedMicroUsd >= perSessionMicroUsd) ||
    (perMonthMicroUsd !== null && spent.monthMicroUsd + spent.monthReservedMicroUsd >= perMonthMicroUsd)
  );
}

/** Cents, or all there is where cents would hide it. */
function dollars(microUsd: number): string {
  const isWholeCents = microUsd % 10_000 === 0;
  return `$${isWholeCents ? (microUsd / 1_000_000).toFixed(2) : (microUsd / 1_000_000).toFixed(6).replace(/0+$/, "")}`;
}
