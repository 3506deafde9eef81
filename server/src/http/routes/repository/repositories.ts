import { operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import { AppError } from "../../../core/base/index.ts";
import {
  createRepository,
  type Repository,
  removeRepository,
  updateRepository,
} from "../../../core/forges/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { route } from "../../route.ts";
import { integrationsOf, legacyRepositoryView, repositoryView } from "./repository-view.ts";

export function repositoryRoutes(app: FastifyInstance, ports: Ports): void {
  route(app, operations.legacyRepositoryList, async ({ organizationId }) => {
    const repositories = await ports.store.repositories.listEnabled(organizationId);
    const integrations = await integrationsOf(ports, organizationId, repositories);
    return {
      codeRepositories: repositories.map((repository) =>
        legacyRepositoryView(ports.settings.publicUrl, repository, integrations),
      ),
    };
  });

  route(app, operations.repositoryList, async ({ organizationId, query }) => {
    const { items, nextCursor } = await ports.store.syncedRepositories.list(organizationId, {
      limit: query.limit,
      order: query.order,
      ...(query.cursor !== undefined && { cursor: query.cursor }),
      ...(query.search !== undefined && { search: query.search }),
      ...(query.integrationId !== undefined && { integrationId: query.integrationId }),
      ...(query.ids !== undefined && { ids: query.ids }),
      ...(query.enabled !== "all" && { enabled: query.enabled === "true" }),
    });
    return { items: await views(organizationId, items), nextCursor };
  });

  route(app, operations.repositoryRetrieve, async ({ organizationId, params }) => {
    const repository = await ports.store.repositories.find(organizationId, params.repositoryId);
    if (repository === null)
      throw new AppError("not_found", `Repository ${params.repositoryId} was not found.`);
    return view(repository);
  });

  route(app, operations.repositoryCreate, async ({ organizationId, body }) => {
    const { owner, name, description, baseBranch, isSample } = body;
    const repository = await createRepository(ports, organizationId, {
      owner,
      name,
      ...(description !== undefined && { description }),
      ...(baseBranch !== undefined && { baseBranch }),
      ...(isSample !== undefined && { isSample }),
    });
    return view(repository);
  });

  route(app, operations.repositoryUpdate, async ({ organizationId, params, body }) =>
    view(await updateRepository(ports, organizationId, params.repositoryId, body)),
  );

  route(app, operations.repositoryDelete, async ({ organizationId, params, query }) => {
    const id = params.repositoryId;
    const deletesData = query.deleteData === "true";
    await removeRepository(ports, { organizationId, id }, { deletesData });
    return { id, deleted: true as const };
  });

  async function view(repository: Repository) {
    const [shown] = await views(repository.organizationId, [repository]);
    return shown!;
  }

  async function views(organizationId: string, repositories: readonly Repository[]) {
    const integrations = await integrationsOf(ports, organizationId, repositories);
    return repositories.map((one) => repositoryView(ports.settings.publicUrl, one, integrations));
  }
}
