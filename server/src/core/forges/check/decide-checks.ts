import type { ForgeCheck } from "../forge/forge-check.ts";
import type { ChecksSummary } from "../pull-request/pull-request.ts";

/** Summarizes all checks of a commit. Pure. */
export function decideChecks(checks: readonly ForgeCheck[]): ChecksSummary {
  const failed = checks.filter(({ state }) => state === "failed").map(({ name }) => name);
  if (checks.some(({ state }) => state === "pending")) return { state: "pending", failed };
  if (failed.length > 0) return { state: "failed", failed };
  return { state: checks.some(({ state }) => state === "passed") ? "passed" : "none", failed: [] };
}

const EARLY_MS = 60_000;
const EARLY_STEP_MS = 15_000;

/**
 * Returns how long to defer a check, in milliseconds, if its commit is not the head of a known pull request. A quick
 * check can complete before the forge reports the push, and before the turn that pushed stores the pull request.
 * Returns 0 if no pull request is expected: for a tag or an unknown branch, for the default branch, and for a check
 * that completed more than a minute ago. Uses the absolute time difference, because clocks may differ. Pure.
 */
export function decideEarly(check: {
  readonly branch: string | null;
  readonly defaultBranch: string;
  readonly at: Date;
  readonly now: Date;
}): number {
  if (check.branch === null || check.branch === check.defaultBranch) return 0;
  return Math.abs(check.now.getTime() - check.at.getTime()) < EARLY_MS ? EARLY_STEP_MS : 0;
}
