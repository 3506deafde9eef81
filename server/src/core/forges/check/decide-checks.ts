import type { ForgeCheck } from "../forge/forge-check.ts";
import type { ChecksSummary } from "../pull-request/pull-request.ts";

/** What all checks of a commit say together. Pure. */
export function decideChecks(checks: readonly ForgeCheck[]): ChecksSummary {
  const failed = checks.filter(({ state }) => state === "failed").map(({ name }) => name);
  if (checks.some(({ state }) => state === "pending")) return { state: "pending", failed };
  if (failed.length > 0) return { state: "failed", failed };
  return { state: checks.some(({ state }) => state === "passed") ? "passed" : "none", failed: [] };
}

const EARLY_MS = 60_000;
const EARLY_STEP_MS = 15_000;

/**
 * How long to wait with a check of a commit that no known pull request has as its head; 0 when it is nobody's. A quick check ends
 * before the forge has told of the push, and before the turn that pushed has stored it. Clocks may differ. Pure.
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
