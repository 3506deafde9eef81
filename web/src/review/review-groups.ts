/** Inbox groups of the API for the signed-in person, in order of urgency. */
export const groups = ["returned", "needsReview", "approved", "open", "draft", "merged", "closed"] as const;
export type Group = (typeof groups)[number];
