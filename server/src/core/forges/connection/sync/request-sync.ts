import { AppError, newId } from "../../../base/index.ts";
import type { Integration } from "../../integration/integration.ts";
import type { ForgesPorts, ForgesTransaction } from "../../ports.ts";

/** Enqueues a sync in the transaction, and returns the ID of the request. */
export async function requestSync(
  ports: Pick<ForgesPorts, "clock" | "engine">,
  tx: ForgesTransaction,
  integration: Pick<Integration, "id">,
  { enablesNew }: { readonly enablesNew: boolean },
): Promise<string> {
  const requestedAt = ports.clock.now();
  const id = newId(requestedAt.getTime());
  await tx.integrationSetup.insertSync({ id, integrationId: integration.id, enablesNew, requestedAt });
  await ports.engine.enqueueJob(tx, {
    kind: "integrationSync",
    integrationId: integration.id,
    requestId: id,
  });
  return id;
}

/** Throws `conflict` if the integration is disabled or not yet authorized. */
export function requireEnabled(integration: Pick<Integration, "displayName" | "enabledAt">): void {
  if (integration.enabledAt !== null) return;
  throw new AppError(
    "conflict",
    `The integration "${integration.displayName}" is disabled or not yet authorized. Enable or authorize it first.`,
  );
}

/** Requests a sync of each of the organization's enabled integrations. Returns the number of requested syncs. */
export async function requestAllSyncs(
  ports: Pick<ForgesPorts, "clock" | "engine" | "store">,
  organizationId: string,
): Promise<number> {
  let count = 0;
  let cursor: string | undefined;
  do {
    const page = await ports.store.integrations.list(organizationId, {
      enabled: true,
      limit: 100,
      ...(cursor !== undefined && { cursor }),
    });
    for (const integration of page.items) {
      await ports.store.transaction((tx) => requestSync(ports, tx, integration, { enablesNew: false }));
      count++;
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return count;
}
