/** As the API has them for the person who asks, in the order in which they want attention. */
export const groups = ["returned", "needsReview", "approved", "open", "draft", "merged", "closed"] as const;
export type Group = (typeof groups)[number];
