import { reason } from "../errors.ts";
import { hourMs } from "../job/slot.ts";
import type { Ports } from "../ports/index.ts";
import type { Queries } from "../ports/store/store.ts";
import { newDelivery, sendDelivery } from "./outgoing-deliveries.ts";
import { type OutgoingEvent, subscribes } from "./webhook.ts";

type TellPorts = Pick<Ports, "store" | "engine" | "clock" | "log" | "views">;

const batch = 100;
const maxBatches = 10;
const maxDescriptionCharacters = 10_000;
/** An event that cannot be told for so long is left out, so that the later ones are not kept waiting by it. */
const givenUpAfterMs = hourMs;

/** Makes deliveries of what happened, for each webhook that subscribes to it. Any number of servers may. */
export async function tellWebhooks(ports: TellPorts): Promise<void> {
  for (let count = 0; count < maxBatches; count++) {
    const events = await ports.store.outgoing.events(batch);
    for (const event of events) await tell(ports, event);
    if (events.length < batch) return;
  }
}

async function tell(ports: TellPorts, event: OutgoingEvent): Promise<void> {
  const { store, clock, log } = ports;
  const all = await store.webhooks.enabled(event.organizationId);
  const webhooks = all.filter(({ events }) => subscribes(events, event.type));
  let told: Told | null = null;
  try {
    if (webhooks.length > 0) told = await toldOf(ports, event);
  } catch (cause) {
    log.error({ err: cause, event }, `webhooks cannot be told of an event: ${reason(cause)}`);
    if (clock.now().getTime() - event.happenedAt.getTime() < givenUpAfterMs) return;
  }
  const { id: eventId, type: eventType } = event;
  const now = clock.now();
  const deliveries =
    told === null
      ? []
      : webhooks.map((webhook) => newDelivery(webhook, { eventId, eventType, replayOf: null, ...told }, now));
  await store.transaction(async (tx) => {
    if (!(await tx.outgoing.takeEvent(eventId))) return;
    for (const delivery of deliveries) await sendDelivery(ports, tx, delivery);
  });
}

interface Told {
  readonly sessionId: string | null;
  readonly body: string;
}

/** Null when there is nothing to tell any more. */
async function toldOf(ports: Pick<Ports, "store" | "views">, event: OutgoingEvent): Promise<Told | null> {
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

/** As it is now, but in the state that the event tells of. */
async function sessionOf(
  { store, views }: Pick<Ports, "store" | "views">,
  { type, status, organizationId, sessionId }: OutgoingEvent & { readonly sessionId: string },
): Promise<Data | null> {
  // No session's: what is purged with one would take this along.
  if (type === "session.deleted") return { sessionId: null, view: { id: sessionId } };
  const session = await store.sessions.find(organizationId, sessionId);
  if (session === null || session.visibility === "private") return null;
  const view = await views.session({ ...session, status: status as typeof session.status });
  return { sessionId, view: { ...view, description: shortened(view.description) } };
}

async function pullRequestOf(
  { store, views }: Pick<Ports, "store" | "views">,
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

/** Of a private session not even that it is there is told. */
async function publicSessionOf(store: Pick<Queries, "sessions">, organizationId: string, id: string | null) {
  const session = id === null ? null : await store.sessions.find(organizationId, id);
  return session?.visibility === "public" ? session : null;
}

function shortened(text: string | null): string | null {
  if (text === null || text.length <= maxDescriptionCharacters) return text;
  return `${text.slice(0, maxDescriptionCharacters).toWellFormed()}…`;
}
