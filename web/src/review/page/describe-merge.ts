import type { PullRequest, PullRequestStatus } from "@tembo-io/sdk";

export type MergeSummary = "draft" | "conflicts" | "failed" | "pending" | "blocked" | "ready" | "unknown";

/** Returns what matters most for the merge: what prevents it, then what speaks against it. Pure. */
export function describeMerge(
  { isDraft }: Pick<PullRequest, "isDraft">,
  { checks, conflictsIn, mergeability }: Pick<PullRequestStatus, "checks" | "conflictsIn" | "mergeability">,
): MergeSummary {
  if (conflictsIn.length > 0 || mergeability === "conflicting") return "conflicts";
  if (checks.state === "failed") return "failed";
  if (mergeability === "blocked") return "blocked";
  if (checks.state === "pending") return "pending";
  if (isDraft) return "draft";
  return mergeability === "mergeable" ? "ready" : "unknown";
}
