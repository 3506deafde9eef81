import { newId } from "../../base/index.ts";
import { canSee } from "../../sessions/index.ts";
import type { AutomationPorts } from "../ports.ts";
import { decideNotifications } from "./decide-notifications.ts";
import type { Notification, NotificationEvent } from "./notification.ts";
import type { Participant } from "./notification-store.ts";

type EnqueuePorts = Pick<AutomationPorts, "store" | "engine" | "clock">;

const batch = 100;
const maxBatches = 10;

/**
 * Creates the notifications of new events, for up to 1,000 events per call. Several servers may call this concurrently: the
 * one that removes the event's row creates its notifications, in the same transaction.
 */
export async function enqueueNotifications(ports: EnqueuePorts): Promise<void> {
  for (let count = 0; count < maxBatches; count++) {
    const events = await ports.store.notifications.events(batch);
    for (const event of events) await enqueueEvent(ports, event);
    if (events.length < batch) return;
  }
}

async function enqueueEvent(ports: EnqueuePorts, event: NotificationEvent): Promise<void> {
  const { store, engine, clock } = ports;
  const { id: eventId, organizationId, sessionId, kind } = event;
  const now = clock.now();
  const people = await findPeople(store, event);
  const hasMailServer = (await store.mailServers.find(organizationId)) !== null;
  const notifications = decideNotifications(kind, people, { hasMailServer, now }).map(
    ({ notBefore, ...planned }): Notification => ({
      id: newId(now.getTime()),
      organizationId,
      eventId,
      sessionId,
      ...planned,
      kind,
      status: "pending",
      outcome: null,
      attempts: 0,
      nextAttemptAt: notBefore,
      createdAt: now,
      endedAt: null,
    }),
  );
  await store.transaction(async (tx) => {
    if (!(await tx.notifications.takeEvent(eventId))) return;
    for (const notification of notifications) {
      if (!(await tx.notifications.insert(notification))) continue;
      const { id: notificationId, channel, nextAttemptAt } = notification;
      await engine.enqueueJob(
        tx,
        { kind: "notificationAttempt", notificationId, organizationId, channel, number: 1 },
        nextAttemptAt !== null && nextAttemptAt > now ? { notBefore: nextAttemptAt } : {},
      );
    }
  });
}

/** Returns the people to consider: participants who may see the session, if the event is still relevant. */
async function findPeople(
  store: EnqueuePorts["store"],
  { organizationId, sessionId, kind }: NotificationEvent,
): Promise<Participant[]> {
  const session = await store.sessions.find(organizationId, sessionId);
  if (session === null || !(await store.notifications.isRelevant(sessionId, kind))) return [];
  const people = await store.notifications.participants(session);
  const seeing: Participant[] = [];
  for (const person of people) if (await canSee(store, person, session)) seeing.push(person);
  return seeing;
}
