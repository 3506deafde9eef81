import type { Trigger } from "./trigger.ts";
import {
  branches,
  drafts,
  oneOf,
  openedBy,
  refs,
  repositories,
  temboMade,
  texts,
} from "./trigger-filters.ts";

const workflowRunFailed = "github.workflow_run.failed";

export const githubTriggers: readonly Trigger[] = [
  {
    name: "github.pull_request.opened",
    displayName: "Pull request opened",
    description: "A pull request was opened.",
    filters: {
      repositories,
      labels: texts("With one of these labels."),
      openedBy,
      branches,
      draftPrs: drafts,
      temboPrs: temboMade,
    },
  },
  {
    name: "github.pull_request.ready_for_review",
    displayName: "Pull request ready for review",
    description: "A draft became ready for review.",
    filters: { repositories, openedBy, temboPrs: temboMade },
  },
  {
    name: "github.pull_request.synchronize",
    displayName: "Pull request pushed to",
    description: "Commits were pushed to a pull request.",
    filters: {
      repositories,
      pushedBy: texts("Pushed by these people alone."),
      draftPrs: drafts,
      temboPrs: temboMade,
    },
  },
  {
    name: "github.pull_request.closed",
    displayName: "Pull request closed",
    description: "A pull request was closed without being merged.",
    filters: { repositories, openedBy, temboPrs: temboMade },
  },
  {
    name: "github.pull_request.merged",
    displayName: "Pull request merged",
    description: "A pull request was merged.",
    filters: { repositories, mergedBy: texts("Merged by these people alone."), temboPrs: temboMade },
  },
  {
    name: "github.tembo_pull_request.opened",
    displayName: "Pull request of Tembo opened",
    description: "A session opened a pull request.",
    filters: { repositories, draftPrs: drafts },
  },
  {
    name: "github.issue.opened",
    displayName: "Issue opened",
    description: "An issue was opened.",
    filters: { repositories, openedBy, temboIssues: temboMade },
  },
  {
    name: "github.issue.closed",
    displayName: "Issue closed",
    description: "An issue was closed.",
    filters: { repositories, openedBy, temboIssues: temboMade },
  },
  {
    name: "github.issue_comment.created",
    displayName: "Comment written",
    description: "Someone commented on an issue or a pull request.",
    filters: {
      repositories,
      commentedBy: texts("Written by these people alone."),
      messageContains: texts("With one of these texts in it."),
      commentOn: oneOf("On issues or pull requests alone.", "issues", "pull_requests"),
    },
  },
  {
    name: workflowRunFailed,
    displayName: "Workflow failed",
    description: "A run of a workflow failed.",
    filters: { repositories, workflowNames: texts("Of these workflows alone."), branches },
  },
  {
    name: "github.release.published",
    displayName: "Release published",
    description: "A release was published.",
    filters: { repositories },
  },
  {
    name: "github.ref.created",
    displayName: "Branch or tag created",
    description: "A branch or a tag was created.",
    filters: refs,
  },
];

/** Gitea and Forgejo tell the same, but for workflows. */
export const giteaTriggers: readonly Trigger[] = githubTriggers
  .filter(({ name }) => name !== workflowRunFailed)
  .map((trigger) => ({ ...trigger, name: trigger.name.replace(/^github\./, "gitea.") }));
