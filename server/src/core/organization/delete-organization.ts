import { AppError } from "../errors.ts";
import { deleteIntegration } from "../integration/delete-integration.ts";
import type { Ports } from "../ports/index.ts";
import { stopSession } from "../session/stop-session.ts";

const pageSize = 100;

/**
 * Takes everything away by which an organization acts: people, keys, secrets, integrations, MCP connections, and what waits or runs.
 * Its sessions, with their events and pull requests, stay in the database, where nobody reaches them. Throws `conflict` for the
 * installation's first, which the operator's key is of.
 */
export async function deleteOrganization(ports: Ports, id: string): Promise<void> {
  const { store } = ports;
  if ((await store.organizations.findFirst())?.id === id)
    throw new AppError(
      "conflict",
      "This is the installation's first organization, which the operator's key is of; it cannot be deleted.",
    );
  await removeIntegrations(ports, id);
  const active = await store.transaction(async (tx) => {
    await tx.organizations.lock(id);
    await tx.apiKeys.revokeOf(id, null);
    await tx.members.deleteAll(id);
    return tx.organizations.markDeleted(id);
  });
  // After the messages that wait are gone: a stopped turn would take the next.
  for (const sessionId of active) await stopSession(ports, id, sessionId);
}

async function removeIntegrations(ports: Ports, organizationId: string): Promise<void> {
  for (;;) {
    const { items } = await ports.store.integrations.list(organizationId, { limit: pageSize });
    for (const { id } of items) await deleteIntegration(ports, organizationId, id);
    if (items.length < pageSize) return;
  }
}
