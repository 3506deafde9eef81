import type { Budget } from "./usage.ts";

/** Spending on models so far, in millionths of a US dollar. */
export interface Spent {
  readonly sessionMicroUsd: number;
  /** The organization's spending in this calendar month (UTC). */
  readonly monthMicroUsd: number;
  /** Sum of the reservations for other running requests of the session's chain. */
  readonly sessionReservedMicroUsd: number;
  readonly monthReservedMicroUsd: number;
}

/** Returns a message that explains why the next model request is rejected, or null to admit it. */
export function decideBudget(spent: Spent, budget: Budget): string | null {
  const { perSessionMicroUsd, perMonthMicroUsd } = budget;
  if (perSessionMicroUsd !== null && spent.sessionMicroUsd >= perSessionMicroUsd) {
    return `Budget reached: this session has spent ${dollars(spent.sessionMicroUsd)} on models, and its budget is ${dollars(perSessionMicroUsd)}. Start a new session with a larger budget, or raise the organization's limit per session if that is lower.`;
  }
  if (perMonthMicroUsd !== null && spent.monthMicroUsd >= perMonthMicroUsd) {
    return `Budget reached: the organization has spent ${dollars(spent.monthMicroUsd)} on models this month, and its monthly budget is ${dollars(perMonthMicroUsd)}. Raise the organization's monthly budget, or wait for the next month (UTC).`;
  }
  return null;
}

/**
 * True if running requests may use up the rest of a budget, so that the next request has to wait for them. Without this
 * check, every concurrent request could exceed the budget. With the check, only the last request can. Pure.
 */
export function isHeldByOthers(spent: Spent, { perSessionMicroUsd, perMonthMicroUsd }: Budget): boolean {
  return (
    (perSessionMicroUsd !== null &&
      spent.sessionMicroUsd + spent.sessionReservedMicroUsd >= perSessionMicroUsd) ||
    (perMonthMicroUsd !== null && spent.monthMicroUsd + spent.monthReservedMicroUsd >= perMonthMicroUsd)
  );
}

/** Formats an amount in dollars, with two decimals if it is a multiple of a cent, or up to six otherwise. */
function dollars(microUsd: number): string {
  const isWholeCents = microUsd % 10_000 === 0;
  return `$${isWholeCents ? (microUsd / 1_000_000).toFixed(2) : (microUsd / 1_000_000).toFixed(6).replace(/0+$/, "")}`;
}
