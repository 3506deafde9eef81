/** The API's inbox groups for the signed-in user, in order of urgency. */
export const groups = ["returned", "needsReview", "approved", "open", "draft", "merged", "closed"] as const;
export type Group = (typeof groups)[number];
