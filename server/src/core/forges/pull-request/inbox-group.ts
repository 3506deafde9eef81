/**
 * A pull request's group in a person's inbox. Each pull request is in exactly one group. `returned`: a reviewer
 * requested changes, and the person opened the pull request or created its session. `needsReview`: the person's review
 * is pending. The other groups contain the remaining pull requests by state.
 */
export type InboxGroup = "returned" | "needsReview" | "approved" | "open" | "draft" | "merged" | "closed";
