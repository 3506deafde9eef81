import type { Integration } from "../integration/integration.ts";
import type { ForgesPorts } from "../ports.ts";
import type { Repository } from "./repository.ts";

/** Returns the repository for work that does not specify one, or null if none is set or it is no longer enabled. */
export async function defaultRepositoryOf(
  { store }: Pick<ForgesPorts, "store">,
  integration: Pick<Integration, "organizationId" | "settings">,
): Promise<Repository | null> {
  const id = integration.settings.defaultRepositoryId;
  if (id === null) return null;
  const repository = await store.repositories.find(integration.organizationId, id);
  return repository?.enabledAt ? repository : null;
}
