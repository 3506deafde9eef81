import type { PullRequestListItem, Session as SessionView } from "@tembo/contract";
import type { PullRequest } from "../../core/pull-request/pull-request.ts";
import type { Repository } from "../../core/repository/repository.ts";
import { repositoryUrl } from "../../core/repository/repository-url.ts";
import { formatAgentKey } from "../../core/session/agent-key.ts";
import type { Session } from "../../core/session/session.ts";

type SessionPullRequestView = SessionView["artifacts"][number]["pullRequests"][number];

export function sessionPullRequestView(
  pullRequest: PullRequest,
  session: Session,
  repositories: readonly Repository[],
): SessionPullRequestView {
  const repository = repositories.find((candidate) => candidate.id === pullRequest.repositoryId);
  return {
    id: pullRequest.id,
    url: pullRequest.url,
    title: pullRequest.title,
    status: pullRequest.status,
    isDraft: false,
    sourceBranch: pullRequest.headBranch,
    baseBranch: pullRequest.baseBranch,
    headSha: pullRequest.headSha,
    agent: formatAgentKey(session),
    diff: { additions: pullRequest.additions, deletions: pullRequest.deletions },
    author: { avatarUrl: null, login: "tembo" },
    codeRepository:
      repository === undefined
        ? null
        : {
            id: repository.id,
            name: repository.name,
            owner: repository.owner,
            baseBranch: repository.defaultBranch,
            provider: repository.forge,
          },
    createdAt: pullRequest.createdAt.toISOString(),
    updatedAt: pullRequest.updatedAt.toISOString(),
  };
}

/** What a pull request of the list and the one alone share. */
export function pullRequestView(
  publicUrl: string,
  pullRequest: PullRequest,
  repository: Repository | undefined,
  session: Session | undefined,
): Omit<PullRequestListItem, "approvers" | "diff"> {
  return {
    id: pullRequest.id,
    number: pullRequest.number,
    title: pullRequest.title,
    description: pullRequest.body,
    url: pullRequest.url,
    externalId: String(pullRequest.number),
    externalProvider: repository?.forge ?? "local",
    status: pullRequest.status,
    state: pullRequest.status === "open" ? "needs review" : pullRequest.status,
    reviewDecision: null,
    isDraft: false,
    owner: repository?.owner ?? null,
    sourceBranch: pullRequest.headBranch,
    baseBranch: pullRequest.baseBranch,
    headSha: pullRequest.headSha,
    mergedAt: pullRequest.mergedAt?.toISOString() ?? null,
    author: { id: null, login: "tembo", name: "Tembo", avatarUrl: null, profileUrl: null },
    reviewers: [],
    codeRepository:
      repository === undefined
        ? null
        : {
            id: repository.id,
            name: repository.name,
            url: repositoryUrl(publicUrl, repository),
            owner: repository.owner,
            targetBranch: repository.defaultBranch,
            baseBranch: repository.defaultBranch,
            provider: repository.forge,
          },
    session:
      session === undefined
        ? null
        : {
            id: session.id,
            title: session.title,
            kind: "session",
            htmlUrl: `${publicUrl}/sessions/${session.id}`,
            visibility: "public",
          },
    createdAt: pullRequest.createdAt.toISOString(),
    updatedAt: pullRequest.updatedAt.toISOString(),
  };
}
