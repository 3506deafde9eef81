/**
 * Each pull request is in one group of a person's inbox. `returned`: changes were asked for of one that a session of theirs, or they,
 * opened. `needsReview`: their review is waited for. The rest says nothing of the person.
 */
export type InboxGroup = "returned" | "needsReview" | "approved" | "open" | "draft" | "merged" | "closed";
