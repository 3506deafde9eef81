import { hourMs, reason } from "../../base/index.ts";
import type { AutomationPorts, AutomationQueries, AutomationTransaction } from "../ports.ts";
import {
  givenUp,
  maxPending,
  newDelivery,
  sendDelivery,
  webhookDisabledOutcome,
} from "./outgoing-deliveries.ts";
import { type OutgoingEvent, subscribes, type Webhook } from "./webhook.ts";

type EnqueuePorts = Pick<AutomationPorts, "store" | "engine" | "clock" | "log" | "views">;

const batch = 100;
const maxBatches = 10;
const maxDescriptionCharacters = 10_000;
/** Time after which an event that still cannot be rendered is dropped. */
const givenUpAfterMs = hourMs;

/**
 * Creates a delivery of each new event for each webhook that subscribes to it, for up to 1,000 events per call. Several servers may call this
 * concurrently.
 */
export async function enqueueWebhookEvents(ports: EnqueuePorts): Promise<void> {
  const putOff = new Set<string>();
  for (let count = 0; count < maxBatches; count++) {
    const events = await ports.store.outgoing.events(batch);
    for (const event of events) {
      // Postponed events come last, so all other events have been tried by now.
      if (putOff.has(event.id)) return;
      if (!(await enqueueEvent(ports, event))) putOff.add(event.id);
    }
    if (events.length < batch) return;
  }
}

/** Creates the deliveries of an event. Returns false if the event was postponed. */
async function enqueueEvent(ports: EnqueuePorts, event: OutgoingEvent): Promise<boolean> {
  const { store, clock, log } = ports;
  const now = clock.now();
  const all = await store.webhooks.listEnabledAt(event.organizationId, event.happenedAt);
  const webhooks = all.filter(({ events }) => subscribes(events, event.type));
  let matched: MatchedEvent | null = null;
  try {
    if (webhooks.length > 0) matched = await matchEvent(ports, event);
  } catch (cause) {
    log.error({ err: cause, event }, `an event cannot be queued for webhooks: ${reason(cause)}`);
    if (event.failingSince === null || now.getTime() - event.failingSince.getTime() < givenUpAfterMs) {
      await store.outgoing.putOff(event.id, now);
      return false;
    }
  }
  const { id: eventId, type: eventType } = event;
  await store.transaction(async (tx) => {
    if (!(await tx.outgoing.takeEvent(eventId)) || matched === null) return;
    for (const webhook of webhooks) {
      const delivery = newDelivery(webhook, { eventId, eventType, replayOf: null, ...matched }, now);
      const why = await whyNotSent(tx, webhook);
      await sendDelivery(ports, tx, why === null ? delivery : givenUp(delivery, why, now));
    }
  });
  return true;
}

async function whyNotSent(tx: AutomationTransaction, { id, enabledAt }: Webhook): Promise<string | null> {
  if (enabledAt === null) return webhookDisabledOutcome;
  return (await tx.outgoing.isFull(id, maxPending))
    ? `Not sent, because the webhook already had ${maxPending} pending deliveries.`
    : null;
}

interface MatchedEvent {
  readonly sessionId: string | null;
  readonly body: string;
}

/** Renders the body of an event, or returns null if its subject no longer exists or is private. */
async function matchEvent(
  ports: Pick<AutomationPorts, "store" | "views">,
  event: OutgoingEvent,
): Promise<MatchedEvent | null> {
  const data = event.sessionId === null ? await pullRequestOf(ports, event) : await sessionOf(ports, event);
  if (data === null) return null;
  const timestamp = event.happenedAt.toISOString();
  return {
    sessionId: data.sessionId,
    body: JSON.stringify({ type: event.type, timestamp, data: data.view }),
  };
}

interface Data {
  readonly sessionId: string | null;
  readonly view: object;
}

/** Renders the session's current state, but with the status at the time of the event. Returns null if the session no longer exists or is private. */
async function sessionOf(
  { store, views }: Pick<AutomationPorts, "store" | "views">,
  { type, status, organizationId, sessionId }: OutgoingEvent & { readonly sessionId: string },
): Promise<Data | null> {
  // Omits the session ID, because purging the session would otherwise delete this delivery.
  if (type === "session.deleted") return { sessionId: null, view: { id: sessionId } };
  const session = await store.sessions.find(organizationId, sessionId);
  if (session === null || session.visibility === "private") return null;
  const view = await views.session({ ...session, status: status as typeof session.status });
  return { sessionId, view: { ...view, description: shortened(view.description) } };
}

async function pullRequestOf(
  { store, views }: Pick<AutomationPorts, "store" | "views">,
  { status, organizationId, pullRequestId }: OutgoingEvent & { readonly sessionId: null },
): Promise<Data | null> {
  const found = await store.pullRequests.find(organizationId, pullRequestId);
  if (found === null) return null;
  const session = await publicSessionOf(store, organizationId, found.sessionId);
  const view = await views.pullRequest(
    {
      ...found,
      status: status as typeof found.status,
      mergedAt: status === "merged" ? found.mergedAt : null,
    },
    session,
  );
  return {
    sessionId: session?.id ?? null,
    view: { ...view, description: shortened(view.description) },
  };
}

/** Returns the session only if it is public, because events must not reveal that a private session exists. */
async function publicSessionOf(
  store: Pick<AutomationQueries, "sessions">,
  organizationId: string,
  id: string | null,
) {
  const session = id === null ? null : await store.sessions.find(organizationId, id);
  return session?.visibility === "public" ? session : null;
}

function shortened(text: string | null): string | null {
  if (text === null || text.length <= maxDescriptionCharacters) return text;
  return `${text.slice(0, maxDescriptionCharacters).toWellFormed()}…`;
}
