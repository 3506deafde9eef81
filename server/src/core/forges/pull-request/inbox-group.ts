/**
 * Group of a pull request in a person's inbox; each pull request is in exactly one. `returned`: a reviewer requested
 * changes, and the person or one of their sessions opened it. `needsReview`: it waits for the person's review. The
 * other groups do not depend on the person.
 */
export type InboxGroup = "returned" | "needsReview" | "approved" | "open" | "draft" | "merged" | "closed";
