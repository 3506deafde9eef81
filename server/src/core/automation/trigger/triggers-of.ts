import type { ForgeEvent, ForgeName } from "../../forges/index.ts";
import { payloadOf, type TriggerPayload } from "./payload-of.ts";
import type { TriggerFacts } from "./trigger-facts.ts";

/** One trigger of agents, as the public API names it, with what its filters look at. */
export interface Trigger {
  readonly name: string;
  readonly payload: TriggerPayload;
}

/** The triggers an event is. Empty for what no agent can wait for. Pure. */
export function triggersOf(event: ForgeEvent, forge: ForgeName, facts: TriggerFacts): Trigger[] {
  if (event.type === "installation.changed") return [];
  const names = namesOf[forge](event, facts);
  if (names.length === 0) return [];
  const payload = payloadOf(event, facts);
  return names.map((name) => ({ name, payload }));
}

const namesOf: Readonly<Record<ForgeName, (event: ForgeEvent, facts: TriggerFacts) => string[]>> = {
  github: (event, facts) => [...likeGithub("github", event, facts), ...githubOnly(event)],
  gitea: (event, facts) => likeGithub("gitea", event, facts),
  local: (event, facts) => likeGithub("local", event, facts),
  gitlab: likeGitlab,
  bitbucket: ({ type }) => (type === "pullRequest.opened" ? ["bitbucket.pull_request.opened"] : []),
};

function likeGithub(prefix: string, event: ForgeEvent, facts: TriggerFacts): string[] {
  switch (event.type) {
    case "pullRequest.opened":
      return [
        `${prefix}.pull_request.opened`,
        ...(facts.isTemboPullRequest ? [`${prefix}.tembo_pull_request.opened`] : []),
      ];
    case "pullRequest.ready":
      return [`${prefix}.pull_request.ready_for_review`];
    case "pullRequest.synchronized":
      return [`${prefix}.pull_request.synchronize`];
    case "pullRequest.closed":
      return [`${prefix}.pull_request.closed`];
    case "pullRequest.merged":
      return [`${prefix}.pull_request.merged`];
    case "issue.opened":
      return [`${prefix}.issue.opened`];
    case "issue.closed":
      return [`${prefix}.issue.closed`];
    case "comment.created":
      return facts.isTemboComment ? [] : [`${prefix}.issue_comment.created`];
    case "release.published":
      return [`${prefix}.release.published`];
    case "ref.created":
      return [`${prefix}.ref.created`];
    default:
      return [];
  }
}

function githubOnly(event: ForgeEvent): string[] {
  const isFailed = event.type === "check.completed" && event.conclusion === "failed";
  return isFailed && event.kind === "workflow" ? ["github.workflow_run.failed"] : [];
}

function likeGitlab(event: ForgeEvent, facts: TriggerFacts): string[] {
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
