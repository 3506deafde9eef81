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

/**
 * Overlap of consecutive polls, because clocks differ and forges report events with a delay. An event that is seen
 * twice results in one delivery.
 */
const overlapMs = 2 * 60_000;
/**
 * Maximum range of a repository's first poll. The poll starts at the time when the repository was enabled, but no
 * earlier than this.
 */
const firstMs = 10 * 60_000;
/** Maximum range of a poll. After a longer downtime, older events are skipped. */
const longestMs = 7 * 24 * 60 * 60_000;

/**
 * Fetches the events in each enabled repository since the last poll, and stores each event as a delivery. Returns the
 * number of new deliveries, which is 0 for an integration that is deleted, disabled or uses webhooks. Continues with
 * the other repositories if one fails. Throws the errors of `connectForge`, `forge_unauthorized` if the forge rejects
 * the credential, or `unavailable` if the database is unreachable.
 */
export async function pollIntegration(
  ports: Pick<ForgesPorts, "store" | "forges" | "vault" | "engine" | "clock" | "log">,
  integrationId: string,
  signal: AbortSignal,
): Promise<number> {
  const integration = await ports.store.integrations.findById(integrationId);
  if (integration === null || integration.enabledAt === null || integration.settings.events !== "polling") {
    return 0;
  }
  const forge = await connectForge(ports, integration);
  const cursors = await ports.store.polling.cursors(integrationId);
  let recorded = 0;
  for (const repository of await ports.store.repositories.ofIntegration(integrationId)) {
    if (repository.enabledAt === null) continue;
    signal.throwIfAborted();
    try {
      recorded += await pollRepository(
        ports,
        { integration, forge, repository },
        cursors.get(repository.id),
        signal,
      );
    } catch (cause) {
      if (signal.aborted || isOfAll(cause)) throw cause;
      ports.log.warn(
        { repositoryId: repository.id, reason: reason(cause) },
        "a repository could not be polled; retrying in a minute",
      );
    }
  }
  return recorded;
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
  let recorded = 0;
  for (const event of await forge.eventsSince(repository, since, signal)) {
    if (await keep(ports, integration, event)) recorded += 1;
  }
  // Advances only after the events are stored. After a crash before this point, the next poll fetches the events again.
  await ports.store.polling.advance(repository.id, askedAt);
  return recorded;
}

/** Returns the start of the range to poll. Pure. */
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
