import type { Logger } from "../../base/index.ts";
import { newId } from "../../base/index.ts";
import { requesterFields, requestFields } from "../message/requester.ts";
import type { SessionsPorts, SessionsTransaction } from "../ports.ts";
import { addToQueue, firstTurnEvents } from "../queue/enqueue-turn.ts";
import { decideSession, type NewSession } from "./decide-session.ts";
import { resolveSession } from "./resolve-session.ts";
import type { SessionRequest } from "./session-request.ts";
import { usePreparation } from "./use-preparation.ts";

/**
 * Creates a session in one transaction, with its first message and turn unless it is a draft. Throws the errors of
 * `resolveSession`.
 */
export async function createSession(
  ports: SessionsPorts,
  organizationId: string,
  request: SessionRequest,
): Promise<NewSession> {
  const created = await prepareSession(ports, organizationId, request);
  await storeSession(ports, created, (_tx, write) => write());
  return created;
}

/**
 * Builds a session without writing it. Callers that write other rows in the same transaction pass the result to
 * `storeSession`. Reserves the prepared work that the request names, if it fits. Throws the errors of `resolveSession`.
 */
export async function prepareSession(
  ports: SessionsPorts,
  organizationId: string,
  request: SessionRequest,
): Promise<NewSession> {
  const resolved = await resolveSession(ports, organizationId, request);
  const now = ports.clock.now();
  const id = () => newId(now.getTime());
  const prepared = await usePreparation(ports, resolved);
  const session = request.id ?? prepared?.id ?? id();
  const reservedNumber = prepared?.sessionNumber ?? null;
  return decideSession(resolved, { session, reservedNumber, message: id(), turn: id() }, now);
}

/**
 * Stores a prepared session in a transaction and logs its creation. `work` writes the session with `write`, and may read
 * and write other rows before and after.
 */
export async function storeSession<T extends SessionsTransaction>(
  ports: Pick<SessionsPorts, "engine"> & {
    readonly log: Logger;
    readonly store: { transaction(work: (tx: T) => Promise<void>): Promise<void> };
  },
  created: NewSession,
  work: (tx: T, write: () => Promise<void>) => Promise<void>,
): Promise<void> {
  await ports.store.transaction((tx) => work(tx, () => writeSession(ports, tx, created)));
  logCreated(ports, created);
}

/** Logs the creation of a session. */
export function logCreated(
  { log }: { readonly log: Logger },
  { session, repositories, message, requester }: NewSession,
): void {
  const { organizationId, id: sessionId, harness, model, provider, projectId } = session;
  log.info(
    {
      ...{ organizationId, sessionId, ...requesterFields(requester), ...requestFields(requester.request) },
      ...{ harness, model, provider, projectId },
      repositories: repositories.map(({ repositoryId }) => repositoryId),
      isDraft: message === null,
    },
    "a session was created",
  );
}

/** Writes a prepared session. Unless it is a draft, also writes its first message and enqueues the turn. */
export async function writeSession(
  ports: Pick<SessionsPorts, "engine">,
  tx: SessionsTransaction,
  { session, reservedNumber, repositories, mcpServers, created, message }: NewSession,
): Promise<void> {
  const events = message === null ? [created] : [created, ...firstTurnEvents(message)];
  await tx.newSessions.insert(session, repositories, { reservedNumber, mcpServers, message, events });
  if (message !== null) await addToQueue(ports, tx, message);
}
