import { z } from "zod";
import { AppError, reason } from "../../../core/base/index.ts";
import type { ForgePullRequests, NewForgePullRequest, RepositoryRef } from "../../../core/forges/index.ts";
import { forgeError } from "../../forge-error.ts";
import { type BitbucketClient, branchPath, nameOf, quoted, repositoryPath } from "../bitbucket-client.ts";
import { readReview } from "../reading.ts";
import type { NewPull } from "../requests.ts";
import { pullRequest as pullShape } from "../shapes.ts";
import { mergeBitbucketPullRequest } from "./merge.ts";
import { updateBitbucketPullRequest } from "./update-pull-request.ts";
import { wholePullRequest } from "./whole-pull-request.ts";

export function bitbucketPullRequests(client: BitbucketClient): ForgePullRequests {
  async function findOpen(repository: RepositoryRef, head: string, base: string, what: string) {
    const q = `state="OPEN" AND source.branch.name=${quoted(head)} AND destination.branch.name=${quoted(base)}`;
    const request = { path: `${repositoryPath(repository)}/pullrequests`, query: { q, state: "OPEN" }, what };
    for await (const pull of client.items(pullShape, request)) {
      // A fork can have a branch with the same name.
      if (pull.source.repository?.uuid !== pull.destination.repository?.uuid) continue;
      return wholePullRequest(client, repository, pull, { what });
    }
    return null;
  }

  async function refuseMissingBranch(
    repository: RepositoryRef,
    { head, base }: NewForgePullRequest,
    what: string,
  ) {
    for (const branch of [head, base]) {
      const path = `${repositoryPath(repository)}/refs/branches/${branchPath(branch)}`;
      if ((await client.find(z.object({}), { path, what })) !== null) continue;
      throw new AppError(
        "forge_failed",
        `Bitbucket could not ${what}: the branch "${branch}" does not exist. Push it first, or choose another branch.`,
      );
    }
  }

  return {
    findPullRequest: (repository, head, base) =>
      findOpen(repository, head, base, `look for a pull request in ${nameOf(repository)}`),

    async findPullRequestByNumber(repository, number) {
      const what = `read pull request ${number} of ${nameOf(repository)}`;
      const path = `${repositoryPath(repository)}/pullrequests/${number}`;
      const pull = await client.find(pullShape, { path, what });
      return pull && wholePullRequest(client, repository, pull, { what });
    },

    async createPullRequest(repository, input) {
      const { title, body, head, base, isDraft } = input;
      const what = `open the pull request in ${nameOf(repository)}`;
      // Creating a duplicate would overwrite the open pull request.
      const open = await findOpen(repository, head, base, what);
      if (open !== null) return open;
      const made = {
        type: "pullrequest",
        title,
        description: body,
        source: { branch: { name: head } },
        destination: { branch: { name: base } },
        draft: isDraft,
        close_source_branch: false,
      } satisfies NewPull;
      const path = `${repositoryPath(repository)}/pullrequests`;
      const request = { method: "POST", path, body: made, what, answers: [400] } as const;
      const answer = await client.send(request);
      if (answer.status === 400) {
        const words = reason(JSON.stringify(answer.body ?? ""));
        if (/no changes to be pulled/i.test(words)) return null;
        await refuseMissingBranch(repository, input, what);
        throw forgeError({ forge: "Bitbucket", what, status: 400, words });
      }
      const { id } = client.take(z.object({ id: z.number() }), request, answer);
      const pull = await client.read(pullShape, { path: `${path}/${id}`, what });
      return wholePullRequest(client, repository, pull, { what });
    },

    updatePullRequest: (repository, number, change) =>
      updateBitbucketPullRequest(client, repository, number, change),

    mergePullRequest: (repository, number, input) =>
      mergeBitbucketPullRequest(client, repository, number, input),

    async listReviews(repository, number) {
      const path = `${repositoryPath(repository)}/pullrequests/${number}`;
      const what = `list the reviews of pull request ${number} of ${nameOf(repository)}`;
      const pull = await client.read(pullShape, { path, what });
      return (pull.participants ?? [])
        .map((participant) => readReview(participant, pull))
        .filter((review) => review !== null);
    },

    // Bitbucket has removed its issue tracker.
    findIssue: async () => null,
  };
}
