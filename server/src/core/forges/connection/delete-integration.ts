import { AppError, reason } from "../../base/index.ts";
import type { Forge } from "../forge/forge.ts";
import { getIntegration } from "../integration/get-integration.ts";
import type { Integration } from "../integration/integration.ts";
import { webhookUrl } from "../integration/webhook-url.ts";
import type { ForgesPorts } from "../ports.ts";
import { connectForge } from "../repository/forge-of.ts";
import type { Repository } from "../repository/repository.ts";

type DeletePorts = Pick<ForgesPorts, "store" | "forges" | "vault" | "clock" | "log" | "logMask" | "settings">;

/**
 * Time after which no further webhooks are removed from the forge. This server rejects the requests of any webhooks
 * that remain.
 */
const removalMs = 30_000;
const atOnce = 4;

/**
 * Deletes an integration with its credential and deliveries. First removes its webhooks from the forge, as
 * `removeWebhooks` does. Disables its repositories, but keeps them for the sessions that worked on them. Throws
 * `not_found` if the organization has no such integration.
 */
export async function deleteIntegration(
  ports: DeletePorts,
  organizationId: string,
  id: string,
): Promise<void> {
  const integration = await getIntegration(ports, organizationId, id);
  await removeWebhooks(ports, integration);
  await ports.store.transaction(async (tx) => {
    // A running sync first finishes its batch, and then stops because the integration no longer exists.
    await tx.integrationSetup.lockIntegration(id);
    await tx.integrations.delete(organizationId, id);
  });
  ports.logMask.release(`integration:${id}`);
}

/**
 * Removes the webhooks of up to 1,000 enabled repositories. Logs failures of the forge instead of throwing, so that an
 * integration with a revoked token can still be deleted.
 */
export async function removeWebhooks(ports: DeletePorts, integration: Integration): Promise<void> {
  const endsAt = ports.clock.now().getTime() + removalMs;
  let forge: Forge;
  try {
    forge = await connectForge(ports, integration);
  } catch (cause) {
    if (cause instanceof AppError && cause.code === "not_found") return;
    ports.log.warn({ integrationId: integration.id, reason: reason(cause) }, "webhooks remain on the forge");
    return;
  }
  const url = webhookUrl(ports.settings.publicUrl, integration);
  const { items } = await ports.store.syncedRepositories.list(integration.organizationId, {
    integrationId: integration.id,
    enabled: true,
    order: "asc",
    limit: 1000,
  });
  const queue = items.values();
  const left: string[] = [];
  const work = async () => {
    for (const repository of queue) {
      const isLate = ports.clock.now().getTime() >= endsAt;
      if (isLate || !(await isRemoved(ports, forge, repository, url))) left.push(repository.id);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  if (left.length > 0) {
    ports.log.warn(
      { integrationId: integration.id, count: left.length, repositoryIds: left.slice(0, 20) },
      "webhooks remain on the forge",
    );
  }
}

async function isRemoved(
  { log }: Pick<ForgesPorts, "log">,
  forge: Forge,
  repository: Repository,
  url: string,
): Promise<boolean> {
  try {
    await forge.removeWebhook(repository, { url });
    return true;
  } catch (cause) {
    log.warn({ repositoryId: repository.id, reason: reason(cause) }, "a webhook could not be removed");
    return false;
  }
}
