import { operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import { AppError } from "../core/errors.ts";
import type { Ports } from "../core/ports/index.ts";
import { createRepository } from "../core/repository/create-repository.ts";
import { route } from "./route.ts";
import { legacyRepositoryView, repositoryView } from "./views/repository.ts";

export function repositoryRoutes(app: FastifyInstance, ports: Ports): void {
  route(app, operations.me, async ({ organizationId }) => ({ orgId: organizationId, userId: null }));

  route(app, operations.legacyRepositoryList, async ({ organizationId }) => {
    const repositories = await ports.store.repositories.listEnabled(organizationId);
    return {
      codeRepositories: repositories.map((repository) =>
        legacyRepositoryView(ports.settings.publicUrl, repository),
      ),
    };
  });

  route(app, operations.repositoryList, async ({ organizationId, query }) => {
    const { items, nextCursor } = await ports.store.repositories.list(organizationId, {
      limit: query.limit,
      order: query.order,
      ...(query.cursor !== undefined && { cursor: query.cursor }),
      ...(query.search !== undefined && { search: query.search }),
    });
    return {
      items: items.map((repository) => repositoryView(ports.settings.publicUrl, repository)),
      nextCursor,
    };
  });

  route(app, operations.repositoryRetrieve, async ({ organizationId, params }) => {
    const repository = await ports.store.repositories.find(organizationId, params.repositoryId);
    if (repository === null)
      throw new AppError("not_found", `There is no repository ${params.repositoryId}.`);
    return repositoryView(ports.settings.publicUrl, repository);
  });

  route(app, operations.repositoryCreate, async ({ organizationId, body }) => {
    const { owner, name, description, baseBranch } = body;
    const repository = await createRepository(ports, organizationId, {
      owner,
      name,
      ...(description !== undefined && { description }),
      ...(baseBranch !== undefined && { baseBranch }),
    });
    return repositoryView(ports.settings.publicUrl, repository);
  });
}
