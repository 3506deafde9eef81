import { z } from "zod";
import { AppError } from "../../../core/base/index.ts";
import type { ForgeRepositories, ForgeRepository, RepositoryRef } from "../../../core/forges/index.ts";
import { type GitlabClient, nameOf, projectOf } from "../client/gitlab-client.ts";
import { asking, orNull } from "../client/gitlab-refusal.ts";
import { apiPath } from "../client/gitlab-request.ts";
import { eventsSince } from "../polling/events-since.ts";
import { ensureWebhook, removeWebhook } from "./hooks.ts";
import { ownLevel } from "./members.ts";
import { accessOf, apiProjectSchema, type GitlabProject, toRepository } from "./project.ts";

const perPage = 100;
/** Maximum number of pages, which allows 100,000 projects. Further projects are omitted. */
const maxPages = 1000;

const branchSchema = z.object({
  name: z.string(),
  commit: z.object({ id: z.string() }),
  protected: z.boolean(),
});

export function createRepositories(client: GitlabClient): ForgeRepositories {
  return {
    createRepository: async (repository) => {
      throw new AppError(
        "forge_failed",
        `Tembo cannot create projects on GitLab. Create ${nameOf(repository)} there, then run "tembo integration sync INTEGRATION".`,
      );
    },
    deleteRepository: async (repository) => {
      throw new AppError(
        "forge_failed",
        `Tembo cannot delete projects on GitLab. Delete ${nameOf(repository)} there.`,
      );
    },
    findRepository: (repository) => asking(`find ${nameOf(repository)}`, findRepository(client, repository)),
    listRepositories: (signal) => listRepositories(client, signal),
    findBranch: async (repository, name) => {
      const branch = await asking(
        `find the branch "${name}" of ${nameOf(repository)}`,
        orNull(client.read(branchSchema, { path: branchPath(repository, name) })),
      );
      return branch === null
        ? null
        : { name: branch.name, sha: branch.commit.id, isProtected: branch.protected };
    },
    deleteBranch: async (repository, name) => {
      await asking(
        `delete the branch "${name}" of ${nameOf(repository)}`,
        orNull(client.send({ method: "DELETE", path: branchPath(repository, name) })),
      );
    },
    ensureWebhook: (repository, webhook) => ensureWebhook(client, repository, webhook),
    removeWebhook: (repository, webhook) => removeWebhook(client, repository, webhook),
    eventsSince: (repository, since, signal) =>
      asking(`list the events of ${nameOf(repository)}`, eventsSince(client, repository, since, signal)),
  };
}

const projectPath = (repository: RepositoryRef) => apiPath`projects/${projectOf(repository)}`;

const branchPath = (repository: RepositoryRef, name: string) =>
  projectPath(repository) + apiPath`/repository/branches/${name}`;

async function findRepository(
  client: GitlabClient,
  repository: RepositoryRef,
): Promise<ForgeRepository | null> {
  const project = await orNull(client.read(apiProjectSchema, { path: projectPath(repository) }));
  return project === null ? null : describe(client, project);
}

/**
 * Lists projects by ascending ID instead of page number, so that adding or removing a project during the listing does not shift the others.
 */
async function* listRepositories(client: GitlabClient, signal: AbortSignal): AsyncIterable<ForgeRepository> {
  let lastId = 0;
  for (let page = 1; page <= maxPages; page++) {
    signal.throwIfAborted();
    const projects = await asking(
      "list the projects",
      client.read(z.array(apiProjectSchema), {
        path: "projects",
        query: {
          membership: true,
          order_by: "id",
          sort: "asc",
          id_after: lastId,
          pagination: "offset",
          per_page: perPage,
          page: 1,
        },
      }),
    );
    for (const project of projects) {
      signal.throwIfAborted();
      lastId = project.id;
      yield await asking("list the projects", describe(client, project));
    }
    if (projects.length < perPage) return;
  }
}

async function describe(client: GitlabClient, project: GitlabProject): Promise<ForgeRepository> {
  const level = accessOf(project) ?? (await ownLevel(client, project.id));
  return toRepository(project, level);
}
