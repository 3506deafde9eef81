import type { CreatePullRequestOption } from "gitea-js";
import { z } from "zod";
import { AppError } from "../../core/base/index.ts";
import type {
  ForgePullRequests,
  ForgeReview,
  NewForgePullRequest,
  RepositoryRef,
} from "../../core/forges/index.ts";
import { writeTitle } from "./draft-title.ts";
import { branchPath, type GiteaClient, nameOf, repositoryPath } from "./gitea-client.ts";
import { mergeGiteaPullRequest } from "./merge.ts";
import { readIssue, readPullRequest, readReview } from "./reading.ts";
import { issue as issueShape, pullRequest as pullShape, review as reviewShape } from "./shapes.ts";
import { updateGiteaPullRequest } from "./update-pull-request.ts";

const comparison = z.object({ total_commits: z.number().int() });

export function giteaPullRequests(client: GiteaClient): ForgePullRequests {
  /**
   * Returns the open pull request between these branches of the repository itself, or null if there is none. Searches the list, because
   * Gitea's lookup by head and base also returns closed pull requests.
   */
  async function findOpen(repository: RepositoryRef, head: string, base: string, what: string) {
    const request = {
      path: `${repositoryPath(repository)}/pulls`,
      query: { state: "open", sort: "recentupdate" },
      what,
    };
    for await (const pull of client.items(pullShape, request)) {
      const read = readPullRequest(pull, true);
      if (read.head === head && read.base === base && !read.isFromFork) return read;
    }
    return null;
  }

  /**
   * Returns false if there are no commits between the branches. Returns true on versions without a comparison endpoint. Throws `forge_failed`
   * if a branch is missing.
   */
  async function hasCommits(repository: RepositoryRef, { head, base }: NewForgePullRequest, what: string) {
    const path = repositoryPath(repository);
    const compared = await client.find(comparison, {
      path: `${path}/compare/${branchPath(base)}...${branchPath(head)}`,
      what,
    });
    if (compared !== null) return compared.total_commits > 0;
    for (const branch of [head, base]) {
      const found = await client.find(z.object({}), { path: `${path}/branches/${branchPath(branch)}`, what });
      if (found === null) {
        throw new AppError(
          "forge_failed",
          `Gitea could not ${what}: the branch "${branch}" does not exist. Push it first, or choose another.`,
        );
      }
    }
    return true;
  }

  return {
    findPullRequest: (repository, head, base) =>
      findOpen(repository, head, base, `look for a pull request in ${nameOf(repository)}`),

    async findPullRequestByNumber(repository, number) {
      const pull = await client.find(pullShape, {
        path: `${repositoryPath(repository)}/pulls/${number}`,
        what: `read pull request ${number} of ${nameOf(repository)}`,
      });
      return pull && readPullRequest(pull, true);
    },

    async createPullRequest(repository, input) {
      const what = `open the pull request in ${nameOf(repository)}`;
      const { title, body, head, base, isDraft } = input;
      const open = await findOpen(repository, head, base, what);
      if (open !== null) return open;
      if (!(await hasCommits(repository, input, what))) return null;
      const path = `${repositoryPath(repository)}/pulls`;
      const made = { title: writeTitle(title, isDraft), body, head, base } satisfies CreatePullRequestOption;
      const request = { method: "POST", path, body: made, what, answers: [409] } as const;
      const answer = await client.send(request);
      if (answer.status === 409) {
        // A concurrent request created it.
        const existing = await findOpen(repository, head, base, what);
        if (existing !== null) return existing;
        throw new AppError(
          "conflict",
          `Gitea could not ${what}: it reports an existing pull request for "${head}", but does not return the pull request. Check the pull requests on Gitea.`,
        );
      }
      const { number } = client.take(z.object({ number: z.number() }), request, answer);
      return readPullRequest(await client.read(pullShape, { path: `${path}/${number}`, what }), true);
    },

    updatePullRequest: (repository, number, change) =>
      updateGiteaPullRequest(client, repository, number, change),

    mergePullRequest: (repository, number, input) => mergeGiteaPullRequest(client, repository, number, input),

    async listReviews(repository, number) {
      const reviews: ForgeReview[] = [];
      const path = `${repositoryPath(repository)}/pulls/${number}/reviews`;
      const what = `list the reviews of pull request ${number} of ${nameOf(repository)}`;
      for await (const review of client.items(reviewShape, { path, what })) {
        const read = readReview(review);
        if (read !== null) reviews.push(read);
      }
      return reviews;
    },

    async findIssue(repository, number) {
      const found = await client.find(issueShape, {
        path: `${repositoryPath(repository)}/issues/${number}`,
        what: `read issue ${number} of ${nameOf(repository)}`,
      });
      // Gitea also returns pull requests as issues.
      return found === null || found.pull_request ? null : readIssue(found);
    },
  };
}
