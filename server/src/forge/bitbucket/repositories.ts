import { z } from "zod";
import { AppError } from "../../core/base/index.ts";
import type { ForgeRepositories, ForgeRepository, RepositoryRef } from "../../core/forges/index.ts";
import { type BitbucketClient, branchPath, nameOf, quoted, repositoryPath } from "./bitbucket-client.ts";
import { isBranchProtected } from "./branch-protection.ts";
import { bitbucketEventsSince } from "./events-since.ts";
import { ensureHook, removeHook } from "./hooks.ts";
import { readEventRepository } from "./reading.ts";
import { repository as repositoryShape } from "./shapes.ts";

const branch = z.object({ name: z.string(), target: z.object({ hash: z.string() }) });
const membership = z.object({ workspace: z.object({ slug: z.string() }) });

export function bitbucketRepositories(client: BitbucketClient): ForgeRepositories {
  /**
   * True if the account can push. Filters the repository list by the caller's role, because Bitbucket shows a repository's permissions only
   * to administrators.
   */
  async function canPush(repository: RepositoryRef, uuid: string, what: string): Promise<boolean> {
    const path = `/repositories/${encodeURIComponent(repository.owner)}`;
    const query = { role: "contributor", q: `uuid=${quoted(uuid)}` };
    const page = z.object({ values: z.array(z.object({})) });
    const found = await client.find(page, { path, query, what });
    return (found?.values.length ?? 0) > 0;
  }

  return {
    async createRepository(repository) {
      throw new AppError(
        "forge_failed",
        `Tembo cannot create repositories on Bitbucket. Create ${nameOf(repository)} there, then run "tembo integration sync INTEGRATION".`,
      );
    },

    async deleteRepository(repository) {
      throw new AppError(
        "forge_failed",
        `Tembo cannot delete repositories on Bitbucket. Delete ${nameOf(repository)} there.`,
      );
    },

    async findRepository(repository) {
      const what = `find ${nameOf(repository)}`;
      const found = await client.find(repositoryShape, { path: repositoryPath(repository), what });
      if (found === null) return null;
      const { owner } = readEventRepository(found);
      return readRepository(found, await canPush({ ...repository, owner }, found.uuid, what));
    },

    async *listRepositories(signal) {
      const what = "list the repositories";
      for await (const { workspace } of client.items(membership, {
        path: "/user/workspaces",
        what,
        signal,
      })) {
        const path = `/repositories/${encodeURIComponent(workspace.slug)}`;
        const ask = (role: string) => ({ path, query: { role, pagelen: 100 }, what, signal });
        const writable = new Set<string>();
        for await (const { uuid } of client.items(repositoryShape, ask("contributor"))) writable.add(uuid);
        for await (const one of client.items(repositoryShape, ask("member"))) {
          yield readRepository(one, writable.has(one.uuid));
        }
      }
    },

    async findBranch(repository, name) {
      const what = `find the branch "${name}" of ${nameOf(repository)}`;
      const path = `${repositoryPath(repository)}/refs/branches/${branchPath(name)}`;
      const found = await client.find(branch, { path, what });
      if (found === null) return null;
      const isProtected = await isBranchProtected(client, repository, name);
      return { name: found.name, sha: found.target.hash, isProtected };
    },

    async deleteBranch(repository, name) {
      await client.send({
        method: "DELETE",
        path: `${repositoryPath(repository)}/refs/branches/${branchPath(name)}`,
        what: `delete the branch "${name}" of ${nameOf(repository)}`,
        answers: [404],
      });
    },

    ensureWebhook: (repository, webhook) => ensureHook(client, repository, webhook),
    removeWebhook: (repository, { url }) => removeHook(client, repository, url),
    eventsSince: (repository, since, signal) => bitbucketEventsSince(client, repository, since, signal),
  };
}

function readRepository(repository: z.output<typeof repositoryShape>, canPush: boolean): ForgeRepository {
  return {
    ...readEventRepository(repository),
    description: repository.description || null,
    defaultBranch: repository.mainbranch?.name ?? null,
    // Bitbucket Cloud cannot archive repositories.
    isArchived: false,
    canPush,
  };
}
