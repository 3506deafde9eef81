import type { LegacyRepository, Repository as RepositoryView } from "@tembo/contract";
import { type Integration, type Repository, repositoryUrl } from "../../../core/forges/index.ts";
import type { Queries } from "../../../core/ports.ts";

/** Integrations of some repositories, by ID. */
export type Integrations = ReadonlyMap<string, Pick<Integration, "id" | "displayName">>;

type Provider = RepositoryView["provider"];

/** ID that all repositories of the built-in forge share, because that forge needs no integration. */
export const LOCAL_INTEGRATION_ID = "00000000-0000-8000-8000-000000000001";
/** ID for repositories whose integration was deleted. */
const DELETED_INTEGRATION_ID = "00000000-0000-8000-8000-000000000002";

export async function integrationsOf(
  { store }: { readonly store: Pick<Queries, "integrations"> },
  organizationId: string,
  repositories: readonly Repository[],
): Promise<Integrations> {
  const ids = [...new Set(repositories.flatMap(({ integrationId }) => integrationId ?? []))];
  if (ids.length === 0) return new Map();
  const { items } = await store.integrations.list(organizationId, { ids, limit: ids.length });
  return new Map(items.map((integration) => [integration.id, integration]));
}

export function repositoryView(
  publicUrl: string,
  repository: Repository,
  integrations: Integrations,
): RepositoryView {
  return {
    id: repository.id,
    name: repository.name,
    owner: repository.owner,
    url: repositoryUrl(publicUrl, repository),
    description: repository.description,
    baseBranch: repository.defaultBranch,
    targetBranch: repository.defaultBranch,
    provider: providerOf(repository, integrations),
    enabledAt: repository.enabledAt?.toISOString() ?? null,
    createdAt: repository.createdAt.toISOString(),
    updatedAt: repository.updatedAt.toISOString(),
  };
}

export function legacyRepositoryView(
  publicUrl: string,
  repository: Repository,
  integrations: Integrations,
): LegacyRepository {
  const { type, displayName, integrationId } = providerOf(repository, integrations);
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
    integration: { id: integrationId, type, name: displayName, configuration: {} },
  };
}

function providerOf({ forge, integrationId }: Repository, integrations: Integrations): Provider {
  if (forge === "local") {
    return { type: forge, displayName: "Built-in forge", integrationId: LOCAL_INTEGRATION_ID };
  }
  const integration = integrationId === null ? undefined : integrations.get(integrationId);
  return {
    type: forge,
    displayName: integration?.displayName ?? "Deleted integration",
    integrationId: integration?.id ?? DELETED_INTEGRATION_ID,
  };
}
