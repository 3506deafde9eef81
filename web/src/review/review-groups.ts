import type { PullRequestListItem } from "@tembo-io/sdk";

/** In the order in which they want attention. */
export const groups = ["returned", "approved", "needsReview", "open", "draft", "merged", "closed"] as const;
export type Group = (typeof groups)[number];

type Facts = Pick<PullRequestListItem, "status" | "isDraft" | "reviewDecision">;

/** What was sent back is to be worked on even while it is a draft. */
export function groupOf({ status, isDraft, reviewDecision }: Facts): Group {
  if (status !== "open") return status;
  if (reviewDecision === "CHANGES_REQUESTED") return "returned";
  if (isDraft) return "draft";
  if (reviewDecision === "APPROVED") return "approved";
  return reviewDecision === "REVIEW_REQUIRED" ? "needsReview" : "open";
}

/** Those of the list that belong to a group, group after group; empty ones are left out. */
export function inGroups<Item extends Facts>(
  items: readonly Item[],
  wanted: Group | undefined,
): readonly { readonly group: Group; readonly items: readonly Item[] }[] {
  const found = Map.groupBy(items, groupOf);
  return groups
    .filter((group) => wanted === undefined || group === wanted)
    .map((group) => ({ group, items: found.get(group) ?? [] }))
    .filter((one) => one.items.length > 0);
}
