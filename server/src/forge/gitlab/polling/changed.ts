import { z } from "zod";
import type {
  EventRepository,
  ForgeEvent,
  ForgeIssue,
  ForgePullRequest,
} from "../../../core/forges/index.ts";
import { toUser } from "../access/user.ts";
import type { GitlabClient } from "../client/gitlab-client.ts";
import { apiPath } from "../client/gitlab-request.ts";
import { apiIssueSchema, toIssue } from "../pull-requests/issue.ts";
import { apiMergeRequestSchema, toPullRequest } from "../pull-requests/merge-request.ts";
import { toReview } from "../pull-requests/reviews.ts";
import type { Activity } from "./activity.ts";

/** Changed pull requests and issues, by number. Excludes confidential issues. */
export interface Changed {
  readonly pullRequests: ReadonlyMap<number, ForgePullRequest>;
  readonly issues: ReadonlyMap<number, ForgeIssue>;
}

const perPage = 100;
const maxPages = 3;

const listedIssueSchema = apiIssueSchema.extend({ confidential: z.boolean().nullish() });

export async function readChanged(client: GitlabClient, project: string, since: Date): Promise<Changed> {
  const query = { scope: "all", updated_after: since.toISOString(), per_page: perPage };
  const mergeRequestsPath = apiPath`projects/${project}/merge_requests`;
  const issuesPath = apiPath`projects/${project}/issues`;
  const [mergeRequests, issues] = await Promise.all([
    client.list(apiMergeRequestSchema, { path: mergeRequestsPath, query }, maxPages),
    client.list(listedIssueSchema, { path: issuesPath, query }, maxPages),
  ]);
  return {
    pullRequests: new Map(mergeRequests.map((one) => [one.iid, toPullRequest(one)])),
    issues: new Map(issues.filter((one) => one.confidential !== true).map((one) => [one.iid, toIssue(one)])),
  };
}

const pullRequestTypes: Readonly<Record<string, Extract<ForgeEvent, { pullRequest: unknown }>["type"]>> = {
  opened: "pullRequest.opened",
  created: "pullRequest.opened",
  closed: "pullRequest.closed",
  reopened: "pullRequest.reopened",
  merged: "pullRequest.merged",
  accepted: "pullRequest.merged",
};

export function pullRequestEvents(
  repository: EventRepository,
  activity: readonly Activity[],
  { pullRequests }: Changed,
): ForgeEvent[] {
  const seen = new Set<number>();
  const events: ForgeEvent[] = [];
  for (const { target_type, target_iid, action_name, author, created_at } of activity) {
    const pullRequest = target_type === "MergeRequest" ? pullRequests.get(target_iid ?? -1) : undefined;
    if (pullRequest === undefined) continue;
    const about = { repository, actor: author ? toUser(author) : null, at: new Date(created_at) };
    const type = pullRequestTypes[action_name];
    if (type !== undefined) events.push({ ...about, type, pullRequest });
    if (action_name === "approved" && author) {
      const review = toReview(author, "approved", pullRequest.url, about.at);
      events.push({ ...about, type: "review.submitted", number: pullRequest.number, review });
    }
    seen.add(pullRequest.number);
  }
  for (const pullRequest of pullRequests.values()) {
    if (seen.has(pullRequest.number)) continue;
    events.push({
      type: "pullRequest.updated",
      repository,
      actor: null,
      at: pullRequest.updatedAt,
      pullRequest,
    });
  }
  return events;
}

const issueTypes: Readonly<Record<string, Extract<ForgeEvent, { issue: unknown }>["type"]>> = {
  opened: "issue.opened",
  created: "issue.opened",
  closed: "issue.closed",
  reopened: "issue.reopened",
};

export function issueEvents(
  repository: EventRepository,
  activity: readonly Activity[],
  { issues }: Changed,
): ForgeEvent[] {
  const seen = new Set<number>();
  const events: ForgeEvent[] = [];
  for (const { target_type, target_iid, action_name, author, created_at } of activity) {
    const isIssue = target_type === "Issue" || target_type === "WorkItem";
    const issue = isIssue ? issues.get(target_iid ?? -1) : undefined;
    const type = issueTypes[action_name];
    if (issue === undefined || type === undefined) continue;
    seen.add(issue.number);
    const actor = author ? toUser(author) : null;
    events.push({ type, repository, actor, at: new Date(created_at), issue });
  }
  for (const issue of issues.values()) {
    if (seen.has(issue.number)) continue;
    events.push({ type: "issue.updated", repository, actor: null, at: issue.updatedAt, issue });
  }
  return events;
}
