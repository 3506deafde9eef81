import type { ForgeEvent, ForgeName, Trigger, TriggerFacts } from "../../core/forges/index.ts";
import {
  branches,
  choiceFilter,
  drafts,
  openedBy,
  refs,
  repositories,
  temboMade,
  texts,
} from "./trigger-filters.ts";

/** Returns the triggers for a forge that uses GitHub's event names. Each trigger's name starts with the forge's name. */
export const commonTriggers = (forge: ForgeName): readonly Trigger[] => [
  {
    name: `${forge}.pull_request.opened`,
    displayName: "Pull request opened",
    description: "A pull request was opened.",
    filters: {
      repositories,
      labels: texts("Only with one of these labels."),
      openedBy,
      branches,
      draftPrs: drafts,
      temboPrs: temboMade,
    },
  },
  {
    name: `${forge}.pull_request.ready_for_review`,
    displayName: "Pull request ready for review",
    description: "A draft became ready for review.",
    filters: { repositories, openedBy, temboPrs: temboMade },
  },
  {
    name: `${forge}.pull_request.synchronize`,
    displayName: "Commits pushed to a pull request",
    description: "Commits were pushed to a pull request.",
    filters: {
      repositories,
      pushedBy: texts("Only if pushed by one of these people."),
      draftPrs: drafts,
      temboPrs: temboMade,
    },
  },
  {
    name: `${forge}.pull_request.closed`,
    displayName: "Pull request closed",
    description: "A pull request was closed without being merged.",
    filters: { repositories, openedBy, temboPrs: temboMade },
  },
  {
    name: `${forge}.pull_request.merged`,
    displayName: "Pull request merged",
    description: "A pull request was merged.",
    filters: { repositories, mergedBy: texts("Only if merged by one of these people."), temboPrs: temboMade },
  },
  {
    name: `${forge}.tembo_pull_request.opened`,
    displayName: "Tembo opened a pull request",
    description: "A session opened a pull request.",
    filters: { repositories, draftPrs: drafts },
  },
  {
    name: `${forge}.issue.opened`,
    displayName: "Issue opened",
    description: "An issue was opened.",
    filters: { repositories, openedBy, temboIssues: temboMade },
  },
  {
    name: `${forge}.issue.closed`,
    displayName: "Issue closed",
    description: "An issue was closed.",
    filters: { repositories, openedBy, temboIssues: temboMade },
  },
  {
    name: `${forge}.issue_comment.created`,
    displayName: "Comment added",
    description: "Someone commented on an issue or a pull request.",
    filters: {
      repositories,
      commentedBy: texts("Only comments from these people."),
      messageContains: texts("Only comments that contain any of these texts."),
      commentOn: choiceFilter(
        "Only comments on issues, or only on pull requests.",
        "issues",
        "pull_requests",
      ),
    },
  },
  {
    name: `${forge}.release.published`,
    displayName: "Release published",
    description: "A release was published.",
    filters: { repositories },
  },
  {
    name: `${forge}.ref.created`,
    displayName: "Branch or tag created",
    description: "A branch or a tag was created.",
    filters: refs,
  },
];

/** Returns the names of the `commonTriggers` that an event fires. Pure. */
export function commonTriggerNames(forge: ForgeName, event: ForgeEvent, facts: TriggerFacts): string[] {
  switch (event.type) {
    case "pullRequest.opened":
      return [
        `${forge}.pull_request.opened`,
        ...(facts.isTemboPullRequest ? [`${forge}.tembo_pull_request.opened`] : []),
      ];
    case "pullRequest.ready":
      return [`${forge}.pull_request.ready_for_review`];
    case "pullRequest.synchronized":
      return [`${forge}.pull_request.synchronize`];
    case "pullRequest.closed":
      return [`${forge}.pull_request.closed`];
    case "pullRequest.merged":
      return [`${forge}.pull_request.merged`];
    case "issue.opened":
      return [`${forge}.issue.opened`];
    case "issue.closed":
      return [`${forge}.issue.closed`];
    case "comment.created":
      return facts.isTemboComment ? [] : [`${forge}.issue_comment.created`];
    case "release.published":
      return [`${forge}.release.published`];
    case "ref.created":
      return [`${forge}.ref.created`];
    default:
      return [];
  }
}
