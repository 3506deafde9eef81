export const review = {
  title: "Review",
  search: "Search titles",
  filter: {
    state: "State",
    allStates: "All states",
    repository: "Repository",
    allRepositories: "All repositories",
  },
  group: {
    returned: "Returned to you",
    needsReview: "Needs your review",
    approved: "Approved",
    open: "Open",
    draft: "Drafts",
    merged: "Recently merged",
    closed: "Recently closed",
  },
  count: (n: number, isMore: boolean) => (isMore ? `${n}+` : `${n}`),
  noneOf: (days: number) => ({
    returned:
      "Nothing came back to you. Pull requests of sessions that you started, and of your own, are here when a reviewer asks for changes.",
    needsReview: "Nobody waits for your review. Ask for one on the forge, and the pull request is here.",
    approved: "Nothing is approved. What a reviewer approved is here until it is merged.",
    open: "No other pull request is open.",
    draft: "There are no drafts.",
    merged: `Nothing was merged in the last ${days} days.`,
    closed: `Nothing was closed without a merge in the last ${days} days.`,
  }),
  names: {
    unknown: (forges: readonly string[]) =>
      `What you are called on ${forges.join(", ")} is not known, so no review there is yours.`,
    say: "Say your name",
  },
  changesRequested: "Changes requested",
  more: "Show more",
  none: "No pull request is like that.",
  clear: "Clear the filters",
  empty: {
    title: "Nothing to review yet",
    body: "Pull requests of enabled repositories gather here, those of sessions and those of people. Hand over a task, and its pull request appears.",
    action: "Go to the sessions",
  },
  untitled: "Without a title",
  openOnForge: (forge: string) => `Open on ${forge}`,
  session: "Session",
  by: (login: string) => `by ${login}`,
  lines: (additions: number, deletions: number) => `${additions} lines added, ${deletions} removed`,
  checks: {
    none: "No checks",
    pending: "Checks are running",
    passed: "Checks passed",
    failed: (names: readonly string[]) =>
      names.length === 1
        ? `1 check failed: ${names[0]}`
        : `${names.length} checks failed: ${names.join(", ")}`,
  },
  status: { open: "Open", draft: "Draft", merged: "Merged", closed: "Closed" },
  into: "into",
  reviewers: "Reviewers",
  reviewer: {
    approved: "approved",
    changes_requested: "asked for changes",
    commented: "commented",
    awaiting: "has been asked",
  },
  description: "Description",
  noDescription: "No description was given.",
  merge: {
    title: "Merge",
    merge: "Merge",
    squash: "Squash and merge",
    rebase: "Rebase and merge",
    method: "Choose how to merge",
    explain: {
      merge: "All commits, and one that joins them",
      squash: "One commit of all changes",
      rebase: "All commits, made anew on the base",
    },
    close: "Close without merging",
    cancel: "Cancel",
    closeSure: "Close this pull request? Nothing of it is merged.",
    draft: "This is a draft: it cannot be merged before it is ready for review.",
    mergeability: {
      unknown: "Whether it can be merged shows when you try.",
      mergeable: "No conflicts with the base when last looked at.",
      conflicting: "It conflicts with the base. Ask the agent to merge the base and resolve the conflicts.",
      blocked: "A rule of the forge blocks the merge.",
    },
    mergedAt: "Merged",
    closed: "Closed without merging.",
  },
  files: {
    title: "Changed files",
    loading: "Loading the changes",
    none: "The changes of a pull request that no session made are on its forge.",
    unreadable: "The patch cannot be shown.",
    hint: "Press a line's number to comment on it.",
  },
  ask: {
    count: (n: number) => (n === 1 ? "1 comment" : `${n} comments`),
    send: "Ask the agent to address these",
    sent: "The agent has your comments.",
    toSession: "Go to the session",
    /** What the agent reads. */
    message: (number: number | null) =>
      number === null
        ? "Please address these comments on your changes:"
        : `Please address these comments on pull request #${number}:`,
    removed: "removed line",
  },
};
