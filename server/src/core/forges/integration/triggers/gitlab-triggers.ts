import type { Trigger } from "./trigger.ts";
import { branches, drafts, openedBy, refs, repositories, temboMade, texts } from "./trigger-filters.ts";

const closedBy = texts("Closed by these people alone.");

export const gitlabTriggers: readonly Trigger[] = [
  {
    name: "gitlab.merge_request.opened",
    displayName: "Merge request opened",
    description: "A merge request was opened.",
    filters: { repositories, draftMrs: drafts, temboMrs: temboMade },
  },
  {
    name: "gitlab.merge_request.updated",
    displayName: "Merge request pushed to",
    description: "Commits were pushed to a merge request.",
    filters: {
      repositories,
      pushedBy: texts("Pushed by these people alone."),
      draftMrs: drafts,
      temboMrs: temboMade,
    },
  },
  {
    name: "gitlab.merge_request.merged",
    displayName: "Merge request merged",
    description: "A merge request was merged.",
    filters: { repositories, mergedBy: texts("Merged by these people alone."), temboMrs: temboMade },
  },
  {
    name: "gitlab.merge_request.closed",
    displayName: "Merge request closed",
    description: "A merge request was closed without being merged.",
    filters: { repositories, closedBy, temboMrs: temboMade },
  },
  {
    name: "gitlab.bot_merge_request_comment.created",
    displayName: "Comment of a bot written",
    description: "A bot commented on a merge request.",
    filters: { repositories, botUsernames: texts("Of these bots alone.") },
  },
  {
    name: "gitlab.issue.opened",
    displayName: "Issue opened",
    description: "An issue was opened.",
    filters: { repositories, openedBy, temboIssues: temboMade },
  },
  {
    name: "gitlab.issue.closed",
    displayName: "Issue closed",
    description: "An issue was closed.",
    filters: { repositories, closedBy, temboIssues: temboMade },
  },
  {
    name: "gitlab.pipeline.failed",
    displayName: "Pipeline failed",
    description: "A pipeline failed.",
    filters: { repositories, branches },
  },
  {
    name: "gitlab.ref.created",
    displayName: "Branch or tag created",
    description: "A branch or a tag was created.",
    filters: refs,
  },
];
