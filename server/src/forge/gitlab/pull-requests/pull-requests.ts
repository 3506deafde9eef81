import { z } from "zod";
import { AppError } from "../../../core/base/index.ts";
import type {
  ForgeIssue,
  ForgePullRequest,
  ForgePullRequests,
  NewForgePullRequest,
  RepositoryRef,
} from "../../../core/forges/index.ts";
import { type GitlabClient, nameOf, projectOf } from "../client/gitlab-client.ts";
import { asking, GitlabRefusal, orNull } from "../client/gitlab-refusal.ts";
import { apiPath } from "../client/gitlab-request.ts";
import { apiIssueSchema, toIssue } from "./issue.ts";
import { mergePullRequest } from "./merge.ts";
import { apiMergeRequestSchema, mergeRequestPath, titleWithDraft, toPullRequest } from "./merge-request.ts";
import { listReviews } from "./reviews.ts";
import { updatePullRequest } from "./update-pull-request.ts";

const commitSchema = z.object({ id: z.string() });
const branchSchema = z.object({ commit: commitSchema });

export function createPullRequests(client: GitlabClient): ForgePullRequests {
  return {
    findPullRequest: (repository, head, base) =>
      asking(`look for pull requests in ${nameOf(repository)}`, findOpen(client, repository, head, base)),
    findPullRequestByNumber: (repository, number) =>
      asking(
        `read pull request ${number} of ${nameOf(repository)}`,
        findPullRequestByNumber(client, repository, number),
      ),
    createPullRequest: (repository, input) =>
      asking(`open the pull request in ${nameOf(repository)}`, createPullRequest(client, repository, input)),
    updatePullRequest: (repository, number, change) =>
      asking(
        `change pull request ${number} of ${nameOf(repository)}`,
        updatePullRequest(client, repository, number, change),
      ),
    mergePullRequest: (repository, number, input) =>
      asking(
        `merge pull request ${number} of ${nameOf(repository)}`,
        mergePullRequest(client, repository, number, input),
      ),
    listReviews: (repository, number) =>
      asking(
        `list the reviews of pull request ${number} of ${nameOf(repository)}`,
        listReviews(client, repository, number),
      ),
    findIssue: (repository, number) =>
      asking(`read issue ${number} of ${nameOf(repository)}`, findIssue(client, repository, number)),
  };
}

async function findOpen(
  client: GitlabClient,
  repository: RepositoryRef,
  head: string,
  base: string,
): Promise<ForgePullRequest | null> {
  const open = await client.read(z.array(apiMergeRequestSchema), {
    path: apiPath`projects/${projectOf(repository)}/merge_requests`,
    query: {
      state: "opened",
      scope: "all",
      source_branch: head,
      target_branch: base,
      per_page: 100,
      page: 1,
    },
  });
  const own = open.map(toPullRequest).find(({ isFromFork }) => !isFromFork);
  return own ?? null;
}

async function findPullRequestByNumber(
  client: GitlabClient,
  repository: RepositoryRef,
  number: number,
): Promise<ForgePullRequest | null> {
  const path = mergeRequestPath(repository, number);
  const found = await orNull(client.read(apiMergeRequestSchema, { path }));
  return found === null ? null : toPullRequest(found);
}

async function createPullRequest(
  client: GitlabClient,
  repository: RepositoryRef,
  input: NewForgePullRequest,
): Promise<ForgePullRequest | null> {
  const { head, base, title, body, isDraft } = input;
  const existing = await findOpen(client, repository, head, base);
  if (existing !== null) return existing;
  if (!(await hasCommits(client, repository, head, base))) return null;
  try {
    const made = await client.read(apiMergeRequestSchema, {
      method: "POST",
      path: apiPath`projects/${projectOf(repository)}/merge_requests`,
      body: {
        source_branch: head,
        target_branch: base,
        title: titleWithDraft(title, isDraft),
        description: body,
      },
    });
    return toPullRequest(made);
  } catch (error) {
    // "Another open merge request already exists for this source branch" means that a concurrent request has created the merge request.
    if (!(error instanceof GitlabRefusal) || error.status !== 409) throw error;
    const faster = await findOpen(client, repository, head, base);
    if (faster === null) throw error;
    return faster;
  }
}

/**
 * True if there are commits between the branches. GitLab would open a merge request even without commits. Throws `forge_failed` if a branch
 * is missing.
 */
async function hasCommits(
  client: GitlabClient,
  repository: RepositoryRef,
  head: string,
  base: string,
): Promise<boolean> {
  const project = projectOf(repository);
  const find = (name: string) =>
    orNull(client.read(branchSchema, { path: apiPath`projects/${project}/repository/branches/${name}` }));
  const [headBranch, baseBranch] = await Promise.all([find(head), find(base)]);
  for (const [name, branch] of [
    [head, headBranch],
    [base, baseBranch],
  ] as const) {
    if (branch === null) {
      throw new AppError(
        "forge_failed",
        `The branch "${name}" does not exist in ${nameOf(repository)}. Push it first, or choose another branch.`,
      );
    }
  }
  const headSha = headBranch!.commit.id;
  const path = apiPath`projects/${project}/repository/merge_base`;
  const query = { refs: [baseBranch!.commit.id, headSha] };
  const ancestor = await orNull(client.read(commitSchema, { path, query }));
  // GitLab itself rejects histories without a common ancestor.
  return ancestor?.id !== headSha;
}

async function findIssue(
  client: GitlabClient,
  repository: RepositoryRef,
  number: number,
): Promise<ForgeIssue | null> {
  const path = apiPath`projects/${projectOf(repository)}/issues/${number}`;
  const issue = await orNull(client.read(apiIssueSchema, { path }));
  return issue === null ? null : toIssue(issue);
}
