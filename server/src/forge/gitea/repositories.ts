import { z } from "zod";
import { AppError } from "../../core/base/index.ts";
import type { ForgeRepositories } from "../../core/forges/index.ts";
import { giteaEventsSince } from "./events-since.ts";
import { branchPath, type GiteaClient, nameOf, repositoryPath } from "./gitea-client.ts";
import { ensureHook, removeHook } from "./hooks.ts";
import { readRepository } from "./reading.ts";
import { repository as repositoryShape } from "./shapes.ts";

const branch = z.object({
  name: z.string(),
  commit: z.object({ id: z.string() }),
  protected: z.boolean().nullish(),
});

export function giteaRepositories(client: GiteaClient): ForgeRepositories {
  return {
    async createRepository(repository) {
      throw new AppError(
        "forge_failed",
        `Tembo cannot create repositories on Gitea. Create ${nameOf(repository)} there, then run "tembo integration sync INTEGRATION".`,
      );
    },

    async deleteRepository(repository) {
      throw new AppError(
        "forge_failed",
        `Tembo cannot delete repositories on Gitea. Delete ${nameOf(repository)} there.`,
      );
    },

    async findRepository(repository) {
      const { externalId } = repository;
      const path =
        externalId === null ? repositoryPath(repository) : `/repositories/${encodeURIComponent(externalId)}`;
      const found = await client.find(repositoryShape, { path, what: `find ${nameOf(repository)}` });
      return found && readRepository(found);
    },

    async *listRepositories(signal) {
      const request = { path: "/user/repos", what: "list the repositories", signal };
      for await (const one of client.items(repositoryShape, request)) yield readRepository(one);
    },

    async findBranch(repository, name) {
      const found = await client.find(branch, {
        path: `${repositoryPath(repository)}/branches/${branchPath(name)}`,
        what: `find the branch "${name}" of ${nameOf(repository)}`,
      });
      return found && { name: found.name, sha: found.commit.id, isProtected: found.protected === true };
    },

    async deleteBranch(repository, name) {
      await client.send({
        method: "DELETE",
        path: `${repositoryPath(repository)}/branches/${branchPath(name)}`,
        what: `delete the branch "${name}" of ${nameOf(repository)}`,
        answers: [404],
      });
    },

    ensureWebhook: (repository, webhook) => ensureHook(client, repository, webhook),
    removeWebhook: (repository, { url }) => removeHook(client, repository, url),
    eventsSince: (repository, since, signal) => giteaEventsSince(client, repository, since, signal),
  };
}
