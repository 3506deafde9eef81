import { AppError, newId, reason } from "../../../base/index.ts";
import type { Delivery } from "../../delivery/delivery.ts";
import { eventBody, eventHeader } from "../../delivery/event-body.ts";
import { eventKey } from "../../delivery/event-key.ts";
import type { Forge } from "../../forge/forge.ts";
import type { ForgeEvent } from "../../forge/forge-event.ts";
import type { Integration } from "../../integration/integration.ts";
import type { ForgesPorts } from "../../ports.ts";
import { connectForge } from "../../repository/forge-of.ts";
import type { Repository } from "../../repository/repository.ts";

/** Clocks differ, and forges take a moment to tell; what is told twice is one delivery. */
const overlapMs = 2 * 60_000;
/** Of a repository that was never asked about: what happened while it was being connected. */
const firstMs = 10 * 60_000;
/** After a long stop, older news are left alone. */
const longestMs = 7 * 24 * 60 * 60_000;

/**
 * Asks the forge what happened in each enabled repository since it was asked last, and keeps every event as a delivery to be
 * worked. Returns how many were new; 0 for an integration that is gone, disabled or told by webhooks. One repository that
 * cannot be asked does not keep the others from it. Throws what the forge throws when the credential is not taken.
 */
export async function pollIntegration(
  ports: Pick<ForgesPorts, "store" | "forges" | "vault" | "engine" | "clock" | "log">,
  integrationId: string,
  signal: AbortSignal,
): Promise<number> {
  const integration = await ports.store.integrations.get(integrationId);
  if (integration === null || integration.enabledAt === null || integration.settings.events !== "polling") {
    return 0;
  }
  const forge = await connectForge(ports, integration);
  const cursors = await ports.store.polling.cursors(integrationId);
  let told = 0;
  for (const repository of await ports.store.repositories.ofIntegration(integrationId)) {
    if (repository.enabledAt === null) continue;
    signal.throwIfAborted();
    try {
      told += await pollRepository(
        ports,
        { integration, forge, repository },
        cursors.get(repository.id),
        signal,
      );
    } catch (cause) {
      if (signal.aborted || isOfAll(cause)) throw cause;
      ports.log.warn(
        { repositoryId: repository.id, reason: reason(cause) },
        "a repository could not be asked for news; it is asked again in a minute",
      );
    }
  }
  return told;
}

async function pollRepository(
  ports: Pick<ForgesPorts, "store" | "engine" | "clock">,
  {
    integration,
    forge,
    repository,
  }: { readonly integration: Integration; readonly forge: Forge; readonly repository: Repository },
  cursor: Date | undefined,
  signal: AbortSignal,
): Promise<number> {
  const askedAt = ports.clock.now();
  const since = sinceWhen(askedAt, cursor, repository);
  let told = 0;
  for (const event of await forge.eventsSince(repository, since, signal)) {
    if (await keep(ports, integration, event)) told += 1;
  }
  // Only now: a crash before asks for all of it again.
  await ports.store.polling.advance(repository.id, askedAt);
  return told;
}

/** From when on to ask. Pure. */
export function sinceWhen(
  now: Date,
  cursor: Date | undefined,
  { enabledAt }: Pick<Repository, "enabledAt">,
): Date {
  const first = Math.max(enabledAt?.getTime() ?? 0, now.getTime() - firstMs);
  const from = cursor === undefined ? first : cursor.getTime() - overlapMs;
  return new Date(Math.max(from, now.getTime() - longestMs));
}

async function keep(
  ports: Pick<ForgesPorts, "store" | "engine" | "clock">,
  integration: Integration,
  event: ForgeEvent,
): Promise<boolean> {
  const delivery: Delivery = {
    id: newId(),
    organizationId: integration.organizationId,
    integrationId: integration.id,
    forge: integration.forge,
    deliveryId: eventKey(event),
    eventName: event.type,
    source: "polling",
    headers: { [eventHeader]: event.type },
    body: eventBody(event),
    status: "received",
    outcome: null,
    sessionId: null,
    receivedAt: ports.clock.now(),
    workedAt: null,
  };
  return ports.store.transaction(async (tx) => {
    const isNew = await tx.deliveries.insert(delivery);
    if (isNew) await ports.engine.enqueueJob(tx, { kind: "delivery", deliveryId: delivery.id });
    return isNew;
  });
}

function isOfAll(cause: unknown): boolean {
  return cause instanceof AppError && (cause.code === "forge_unauthorized" || cause.code === "unavailable");
}
