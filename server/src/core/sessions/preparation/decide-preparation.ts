export interface PreparationFacts {
  readonly isHarnessReady: boolean;
  readonly hasModelCredential: boolean;
  readonly isBudgetReached: boolean;
  /** True if the request names the working branch, which may already have commits. */
  readonly hasOwnBranch: boolean;
}

/** Returns the reason why nothing is prepared, for the log, or null to prepare the work. Pure. */
export function decidePreparation(facts: PreparationFacts): string | null {
  if (!facts.isHarnessReady) return "the harness is not installed";
  if (!facts.hasModelCredential) return "no provider credential is configured";
  if (facts.isBudgetReached) return "the monthly budget is reached";
  if (facts.hasOwnBranch) return "the session continues a named branch";
  return null;
}
