import type { JobTools } from "../../base/index.ts";
import type { AutomationPorts } from "../ports.ts";
import type { StateCheck } from "./reconcile-store.ts";

export interface CheckContext {
  readonly ports: AutomationPorts;
  readonly tools: Pick<JobTools, "work">;
  readonly signal: AbortSignal;
}

export type CheckResult = Pick<StateCheck, "found" | "fixed" | "openItems" | "cursor">;

/**
 * Reconciles a part of the stored state, from `cursor` on, and corrects what is safe to correct. Safe to
 * repeat, also concurrently.
 */
export type Check = (context: CheckContext, cursor: string | null) => Promise<CheckResult>;

/** Returns the result of a check that reads everything at once and corrects all that it finds. */
export const allFixed = (count: number): CheckResult => ({
  found: count,
  fixed: count,
  openItems: [],
  cursor: null,
});
