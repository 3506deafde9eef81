import type { Integration } from "../integration/integration.ts";
import type { ForgesPorts } from "../ports.ts";
import type { Repository } from "./repository.ts";

/** What is taken for work that names no repository; null when none is set, or it is not enabled any more. */
export async function defaultRepositoryOf(
  { store }: Pick<ForgesPorts, "store">,
  integration: Pick<Integration, "organizationId" | "settings">,
): Promise<Repository | null> {
  const id = integration.settings.defaultRepositoryId;
  if (id === null) return null;
  const repository = await store.repositories.find(integration.organizationId, id);
  return repository?.enabledAt ? repository : null;
}
