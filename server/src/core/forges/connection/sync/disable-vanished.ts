import type { Integration } from "../../integration/integration.ts";
import type { ForgesPorts } from "../../ports.ts";

const pageSize = 500;

/**
 * Disables and marks the repositories that the forge did not list, because they were deleted or the credential can no
 * longer access them. Keeps them for the sessions that worked on them. Skips repositories that were recorded after the
 * sync started, which the next sync checks. Returns the number of newly marked repositories.
 */
export async function disableVanished(
  { store, clock }: Pick<ForgesPorts, "store" | "clock">,
  integration: Pick<Integration, "id" | "organizationId">,
  seen: ReadonlySet<string>,
  startedAt: Date,
): Promise<number> {
  let count = 0;
  let cursor: string | undefined;
  do {
    const page = await store.syncedRepositories.list(integration.organizationId, {
      integrationId: integration.id,
      order: "asc",
      limit: pageSize,
      ...(cursor !== undefined && { cursor }),
    });
    const vanished = page.items.filter(
      ({ externalId, createdAt }) => externalId !== null && !seen.has(externalId) && createdAt <= startedAt,
    );
    const ids = vanished.map(({ id }) => id);
    if (ids.length > 0) count += await store.syncedRepositories.markVanished(ids, clock.now());
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return count;
}
