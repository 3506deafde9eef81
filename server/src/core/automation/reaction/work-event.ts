import { type Answer, withLimit } from "../../base/index.ts";
import {
  type Delivery,
  type EventResult,
  type ForgeEvent,
  findForgeKind,
  type Integration,
  type Repository,
} from "../../forges/index.ts";
import { fireTriggers } from "../agent/start/fire-triggers.ts";
import type { JobContext } from "../job/job-context.ts";
import type { EventOutcome, RepositoryEvent } from "../job/job-handlers.ts";
import type { AutomationPorts } from "../ports.ts";
import { factsOf } from "../trigger/facts-of.ts";
import { triggersOf } from "../trigger/triggers-of.ts";

const eventLimitMs = 5 * 60_000;

/**
 * Handles one event: finds its integration and repository, calls the handler and fires triggers. For an event about an installation or about a
 * repository itself, only queues a sync. Ignores events of an integration or a repository that is unknown or disabled. Throws the errors of the
 * handler and the store.
 */
export async function workEvent(
  { ports, handlers, tools }: JobContext,
  delivery: Omit<Delivery, "body">,
  event: ForgeEvent,
  tries: number,
): Promise<Answer<EventResult>> {
  const { integrationId } = delivery;
  const integration = integrationId === null ? null : await ports.store.integrations.findById(integrationId);
  if (integrationId !== null && (integration === null || integration.enabledAt === null)) {
    return ignored("The integration is disabled or was deleted.");
  }
  if (isAboutRepositories(event)) {
    return integration === null
      ? ignored("The built-in forge manages its own repositories.")
      : syncs(ports, integration, delivery);
  }
  const { externalId, owner, name } = event.repository;
  const repository =
    integration === null
      ? await ports.store.repositories.findLocal(owner, name)
      : await ports.store.repositories.findByExternalId(integration.id, externalId);
  const why = unusable(event, repository);
  if (why !== null || repository === null) return ignored(why ?? "");
  const outcome = await handlers.handleEvent(ports, integration, event, {
    repository,
    delivery: { id: delivery.id, source: delivery.source, receivedAt: delivery.receivedAt },
    tries,
    signal: withLimit(tools, eventLimitMs),
  });
  if (outcome.kind === "later") return outcome;
  const facts = await factsOf(ports.store, integration, repository, event);
  const kind = findForgeKind(ports, delivery.forge);
  const triggers = kind === null ? [] : triggersOf(event, kind, facts);
  const { organizationId } = repository;
  await fireTriggers(ports, { organizationId, integrationId, deliveryId: delivery.id }, triggers);
  return resultOf(
    outcome,
    triggers.map(({ name }) => name),
  );
}

type AboutRepositories = Extract<
  ForgeEvent,
  { readonly type: "installation.changed" | `repository.${string}` }
>;

function isAboutRepositories(event: ForgeEvent): event is AboutRepositories {
  return event.type === "installation.changed" || event.type.startsWith("repository.");
}

/** Queues a sync from the forge, because the event's data may be outdated. */
async function syncs(
  ports: AutomationPorts,
  { id: integrationId }: Integration,
  delivery: Pick<Delivery, "id">,
): Promise<Answer<EventResult>> {
  await ports.store.transaction((tx) =>
    ports.engine.enqueueJob(tx, { kind: "integrationSync", integrationId, requestId: delivery.id }),
  );
  return done({
    kind: "worked",
    sentence: "Queued a repository sync.",
    sessionId: null,
    triggers: [],
  });
}

function unusable({ repository: named }: RepositoryEvent, repository: Repository | null): string | null {
  if (repository === null) {
    return `${named.owner}/${named.name} is not connected. Run "tembo integration sync INTEGRATION" to find new repositories.`;
  }
  return repository.enabledAt === null
    ? `${repository.owner}/${repository.name} is disabled. Enable it to process its events.`
    : null;
}

function resultOf(
  outcome: Exclude<EventOutcome, { readonly kind: "later" }>,
  triggers: readonly string[],
): Answer<EventResult> {
  const sessionId = outcome.kind === "worked" ? (outcome.sessionId ?? null) : null;
  return done({ kind: outcome.kind, sentence: outcome.sentence, sessionId, triggers });
}

const ignored = (sentence: string) => done({ kind: "ignored", sentence, sessionId: null, triggers: [] });
const done = (value: EventResult): Answer<EventResult> => ({ kind: "done", value });
