/**
 * A pull request's group in a person's inbox. Each pull request is in exactly one group. `returned`: a reviewer
 * requested changes, and the person or one of their sessions opened the pull request. `needsReview`: the person's
 * review is pending. The other groups do not depend on the person.
 */
export type InboxGroup = "returned" | "needsReview" | "approved" | "open" | "draft" | "merged" | "closed";
