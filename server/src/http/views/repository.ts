import type { LegacyRepository, Repository as RepositoryView } from "@tembo/contract";
import type { Repository } from "../../core/repository/repository.ts";
import { repositoryUrl } from "../../core/repository/repository-url.ts";

/** Forges that need no integration of their own share this id. */
const LOCAL_INTEGRATION_ID = "00000000-0000-8000-8000-000000000001";

export function repositoryView(publicUrl: string, repository: Repository): RepositoryView {
  return {
    id: repository.id,
    name: repository.name,
    owner: repository.owner,
    url: repositoryUrl(publicUrl, repository),
    description: repository.description,
    baseBranch: repository.defaultBranch,
    targetBranch: repository.defaultBranch,
    provider: { type: repository.forge, displayName: "Local forge", integrationId: LOCAL_INTEGRATION_ID },
    enabledAt: repository.enabledAt?.toISOString() ?? null,
    createdAt: repository.createdAt.toISOString(),
    updatedAt: repository.updatedAt.toISOString(),
  };
}

export function legacyRepositoryView(publicUrl: string, repository: Repository): LegacyRepository {
  return {
    id: repository.id,
    name: `${repository.owner}/${repository.name}`,
    url: repositoryUrl(publicUrl, repository),
    branch: repository.defaultBranch,
    ...(repository.description !== null && { description: repository.description }),
    enabledAt: (repository.enabledAt ?? repository.createdAt).toISOString(),
    createdAt: repository.createdAt.toISOString(),
    updatedAt: repository.updatedAt.toISOString(),
    organizationId: repository.organizationId,
    integration: { id: LOCAL_INTEGRATION_ID, type: repository.forge, name: "Local forge", configuration: {} },
  };
}
