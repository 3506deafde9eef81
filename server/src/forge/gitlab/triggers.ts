import type { ForgeEvent, Trigger, TriggerFacts } from "../../core/forges/index.ts";
import {
  branches,
  drafts,
  openedBy,
  refs,
  repositories,
  temboMade,
  texts,
} from "../triggers/trigger-filters.ts";

const closedBy = texts("Only if closed by one of these people.");

export const gitlabTriggers: readonly Trigger[] = [
  {
    name: "gitlab.merge_request.opened",
    displayName: "Merge request opened",
    description: "A merge request was opened.",
    filters: { repositories, draftMrs: drafts, temboMrs: temboMade },
  },
  {
    name: "gitlab.merge_request.updated",
    displayName: "Merge request updated",
    description: "A merge request was edited, received commits or became ready for review.",
    filters: {
      repositories,
      pushedBy: texts("Only if pushed by one of these people."),
      draftMrs: drafts,
      temboMrs: temboMade,
    },
  },
  {
    name: "gitlab.merge_request.merged",
    displayName: "Merge request merged",
    description: "A merge request was merged.",
    filters: { repositories, mergedBy: texts("Only if merged by one of these people."), temboMrs: temboMade },
  },
  {
    name: "gitlab.merge_request.closed",
    displayName: "Merge request closed",
    description: "A merge request was closed without being merged.",
    filters: { repositories, closedBy, temboMrs: temboMade },
  },
  {
    name: "gitlab.bot_merge_request_comment.created",
    displayName: "Bot commented",
    description: "A bot commented on a merge request.",
    filters: { repositories, botUsernames: texts("Only comments from these bots.") },
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

/** Returns the names of the triggers that an event fires. Pure. */
export function gitlabTriggerNames(event: ForgeEvent, facts: TriggerFacts): string[] {
  switch (event.type) {
    case "pullRequest.opened":
      return ["gitlab.merge_request.opened"];
    case "pullRequest.updated":
    case "pullRequest.synchronized":
    case "pullRequest.ready":
      return ["gitlab.merge_request.updated"];
    case "pullRequest.merged":
      return ["gitlab.merge_request.merged"];
    case "pullRequest.closed":
      return ["gitlab.merge_request.closed"];
    case "comment.created": {
      const isBots = event.thread.kind === "pullRequest" && event.comment.author.isBot;
      return isBots && !facts.isTemboComment ? ["gitlab.bot_merge_request_comment.created"] : [];
    }
    case "issue.opened":
      return ["gitlab.issue.opened"];
    case "issue.closed":
      return ["gitlab.issue.closed"];
    case "check.completed":
      return event.kind === "pipeline" && event.conclusion === "failed" ? ["gitlab.pipeline.failed"] : [];
    case "ref.created":
      return ["gitlab.ref.created"];
    default:
      return [];
  }
}
