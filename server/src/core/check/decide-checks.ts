import type { ForgeCheck } from "../forge/forge-check.ts";
import type { ChecksSummary } from "../pull-request/pull-request.ts";

/** What all checks of a commit say together. Pure. */
export function decideChecks(checks: readonly ForgeCheck[]): ChecksSummary {
  const failed = checks.filter(({ state }) => state === "failed").map(({ name }) => name);
  if (checks.some(({ state }) => state === "pending")) return { state: "pending", failed };
  if (failed.length > 0) return { state: "failed", failed };
  return { state: checks.some(({ state }) => state === "passed") ? "passed" : "none", failed: [] };
}
