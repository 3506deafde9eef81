import { formatConjunction } from "../format/lists.ts";
import { formatCount, formatCountOf } from "../format/numbers.ts";

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
    returned: "Changes requested",
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
      "No changes requested. Pull requests from you and your sessions appear here when a reviewer requests changes.",
    needsReview:
      "No reviews requested. Pull requests appear here when someone requests your review on the forge.",
    approved: "No approved pull requests. Approved pull requests appear here until they are merged.",
    open: "No other open pull requests.",
    draft: "No draft pull requests.",
    merged: `No pull requests were merged in the last ${days} days.`,
    closed: `No pull requests were closed without merging in the last ${days} days.`,
  }),
  names: {
    unknown: (forges: readonly string[]) =>
      `Add your username on ${formatConjunction(forges)} to see your review requests there.`,
    addUsername: "Add username",
  },
  changesRequested: "Changes requested",
  none: "No pull requests match these filters.",
  clear: "Clear filters",
  empty: {
    title: "Nothing to review yet",
    body: "Pull requests in enabled repositories appear here, whether a person or a session opened them. To create one, start a session.",
    action: "Go to sessions",
  },
  untitled: "Untitled",
  openOnForge: (forge: string) => `Open on ${forge}`,
  session: "Session",
  by: (login: string) => `by ${login}`,
  lines: (additions: number, deletions: number) =>
    `${formatCountOf(additions, "line", "lines")} added, ${formatCount(deletions)} removed`,
  checks: {
    none: "No checks",
    pending: "Checks running",
    passed: "All checks passed",
    failed: (names: readonly string[]) =>
      names.length === 0
        ? "Checks failed"
        : names.length === 1
          ? `1 check failed: ${names[0]}`
          : `${names.length} checks failed: ${names.join(", ")}`,
  },
  status: { open: "Open", draft: "Draft", merged: "Merged", closed: "Closed" },
  submit: {
    open: "Review",
    title: "Review this pull request",
    hint: "Describe your review in Markdown",
    approve: "Approve",
    requestChanges: "Request changes",
    comment: "Comment",
    needsText: "Describe what to change, or approve the pull request.",
    done: {
      approved: "Pull request approved",
      changes_requested: "Changes requested",
      commented: "Comment added",
    },
  },
  head: {
    agentWorks: "Agent working",
    merge: {
      draft: "Not ready to merge",
      conflicts: "Has conflicts",
      failed: "Failing checks",
      pending: "Waiting for checks",
      blocked: "Cannot be merged yet",
      ready: "Ready to merge",
      unknown: "Not checked for conflicts",
    },
  },
  into: "into",
  reviewers: "Reviewers",
  reviewer: {
    approved: "approved",
    changes_requested: "requested changes",
    commented: "commented",
    awaiting: "has not reviewed yet",
  },
  agent: {
    title: "Agent",
    state: {
      draft: "Has not started",
      queued: "Has a message waiting",
      inProgress: "Working on this pull request",
      completed: "Finished",
      failed: "Failed",
      cancelled: "Stopped",
    },
    decide: "Decide in the session",
  },
  description: "Description",
  noDescription: "No description.",
  merge: {
    title: "Merge",
    merge: "Merge",
    squash: "Squash and merge",
    rebase: "Rebase and merge",
    method: "Choose merge method",
    explain: {
      merge: "Keep all commits and add a merge commit",
      squash: "Combine all changes into one commit",
      rebase: "Reapply all commits onto the base branch",
    },
    agentWorks: "The agent is still working on this pull request.",
    openThreads: (n: number) =>
      formatCountOf(n, "comment thread is not resolved.", "comment threads are not resolved."),
    sure: (branch: string) => `Merge this pull request into ${branch}?`,
    confirm: "Confirm merge",
    close: "Close without merging",
    cancel: "Cancel",
    closeSure: "Close this pull request without merging its changes?",
    draft: "This pull request is a draft. Mark it as ready for review before you merge it.",
    mergeability: {
      unknown: "Merge status unknown. The forge checks for conflicts when you merge.",
      mergeable: "No conflicts with the base branch.",
      conflicting:
        "This branch conflicts with the base branch. Merge the base branch into this branch and resolve the conflicts.",
      blocked: "Merging is blocked on the forge. Open the pull request there to see why.",
    },
    mergedAt: "Merged",
    mergedBy: (who: string) => `Merged by ${who}`,
    closed: "Closed without merging",
    closedBy: (who: string) => `Closed by ${who} without merging`,
    conflicts: {
      title: (n: number) =>
        formatCountOf(n, "file conflicts with the base branch", "files conflict with the base branch"),
      explain: (base: string) =>
        `Git cannot merge these files automatically. Merge ${base} into this branch and resolve the conflicts.`,
      ask: "Ask the agent to resolve conflicts",
      asked: "Request sent to the agent",
      /** Message sent to the agent. */
      message: (head: string, base: string, files: readonly string[]) =>
        `Please merge \`${base}\` into \`${head}\` and resolve the conflicts. These files conflict:\n\n${files.map((file) => `- ${file}`).join("\n")}`,
    },
  },
  files: {
    title: "Changed files",
    loading: "Loading changes",
    /** The built-in forge has no pages of its own, so a reader cannot view the changes there. */
    none: (isBuiltIn: boolean) =>
      isBuiltIn ? "No diff is available." : "The diff is not available here. View the changes on the forge.",
    unreadable: (isBuiltIn: boolean) =>
      isBuiltIn ? "Could not read the diff." : "Could not read the diff. View the changes on the forge.",
    cut: "Some files are omitted, because the diff is longer than 1,000,000 characters. Fetch the branch to see all.",
    hint: "Select a line number to comment on the line.",
  },
  ask: {
    count: (n: number) => formatCountOf(n, "comment", "comments"),
    send: "Send to agent",
    sent: "Comments sent to the agent",
    toSession: "Go to session",
    /** Message sent to the agent. */
    message: (number: number | null) =>
      number === null
        ? "Please address these comments on your changes:"
        : `Please address these comments on pull request #${number}:`,
    removed: "removed line",
    outdated: "outdated",
    by: (who: string) => `${who}:`,
  },
  tabs: {
    label: "Pull request sections",
    conversation: "Conversation",
    commits: "Commits",
    files: "Files",
  },
  talk: {
    title: "Conversation",
    loading: "Loading conversation",
    write: "Comment",
    hint: "Write a comment in Markdown. Mention @tembo to get a reply.",
    add: "Comment",
    elsewhere: "To comment on this pull request, open it on the forge.",
    commented: "commented",
    review: {
      approved: "approved",
      changes_requested: "requested changes",
      commented: "reviewed",
      dismissed: "reviewed (dismissed)",
    },
    committed: "committed",
    ended: { merged: "merged this pull request", closed: "closed this pull request" },
    somebody: "Someone",
    bot: "Bot",
  },
  commits: {
    title: "Commits",
    none: "No commits.",
    loading: "Loading commits",
  },
  thread: {
    name: (path: string, line: number | null) =>
      line === null ? `Thread on ${path}` : `Thread on ${path}, line ${line}`,
    lines: (start: number, line: number) => `Lines ${start} to ${line}`,
    outdated: "Outdated: these lines have changed.",
    resolvedBy: (who: string) => `Resolved by ${who}`,
    resolve: "Resolve",
    reopen: "Reopen",
    show: "Show thread",
    reply: "Reply",
    replyTo: "Write a reply",
    apply: "Apply suggestion",
    place: (path: string, line: number | null) => (line === null ? path : `${path}:${line}`),
    agent: {
      queued: "Queued for the agent",
      working: "The agent is working on this",
      replied: "The agent replied",
      resolved: "The agent resolved this",
      unanswered: "The agent did not reply here",
      pushed: "The agent did not reply here, but pushed changes",
      /** Precedes the commit. */
      commit: "in",
    },
  },
  comment: {
    begins: "From line",
    suggest: "Suggest a change",
    noSuggestion: "A suggestion replaces lines of the new version, and this line was removed.",
    add: "Add comment",
    cancel: "Cancel",
    hint: "Leave a comment",
  },
};
