import { newId } from "../../base/index.ts";
import type { ForgesPorts } from "../ports.ts";
import { localForge } from "../repository/forge-of.ts";

/**
 * Stores an event from the built-in forge and enqueues a job for it. Ignores events in repositories that are not
 * connected, changes of an installation, and events that Tembo caused, except pushes to the default branch.
 */
export async function receiveLocalEvent(
  ports: ForgesPorts,
  request: { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer },
): Promise<void> {
  const adapter = ports.forges.local;
  const { id: ownId } = await localForge(ports).account();
  const [event] = adapter.readWebhook(request);
  if (event === undefined || event.type === "installation.changed") return;
  const isOwn = event.actor?.id === ownId;
  if (isOwn && event.type !== "branch.pushed") return;
  const { owner, name } = event.repository;
  const repository = await ports.store.repositories.findLocal(owner, name);
  if (repository === null) return;
  // Sessions push their branches as Tembo.
  if (isOwn && "branch" in event && event.branch !== repository.defaultBranch) return;
  const { deliveryId, eventName } = adapter.identifyWebhook(request);
  const id = newId();
  await ports.store.transaction(async (tx) => {
    const isNew = await tx.deliveries.insert({
      id,
      organizationId: repository.organizationId,
      integrationId: null,
      forge: "local",
      deliveryId: deliveryId ?? id,
      eventName,
      source: "webhook",
      headers: request.headers,
      body: request.body,
      status: "received",
      outcome: null,
      sessionId: null,
      receivedAt: ports.clock.now(),
      workedAt: null,
    });
    if (isNew) await ports.engine.enqueueJob(tx, { kind: "delivery", deliveryId: id });
  });
}
