import { AppError, type Logger, type RequestOrigin } from "../../base/index.ts";
import { requestFields } from "../message/requester.ts";
import type { SessionsPorts, SessionsTransaction } from "../ports.ts";
import type { Session } from "../session/session.ts";
import { sessionStatusOf } from "../turn/turn-states.ts";

/** Caller that deletes a session. */
interface SessionDeleter {
  readonly userId: string;
  readonly keyId: string;
  readonly request: RequestOrigin;
}

/**
 * Deletes a session and logs it. Immediately hides the session, stops its turn and deletes its queued messages. A job
 * removes its events and workspace after the turn has ended. Pushed branches and pull requests remain on their forge. Throws
 * `not_found` if the session does not exist.
 */
export async function deleteSession(
  ports: SessionsPorts,
  organizationId: string,
  sessionId: string,
  deleter: SessionDeleter,
): Promise<void> {
  const deleted = await ports.store.transaction(async (tx) => {
    const session = await tx.sessions.lock(organizationId, sessionId);
    if (session === null) throw new AppError("not_found", `Session ${sessionId} was not found.`);
    return deleteLocked(ports, tx, session);
  });
  logDeleted(ports, deleted, deleter);
  if (deleted.interruptedTurnId !== null) await ports.engine.noticeStop(deleted.interruptedTurnId);
}

/** A deleted session, for the log. */
export interface DeletedSession {
  /** ID of the running turn, whose worker must be notified after the transaction, or null. */
  readonly interruptedTurnId: string | null;
  readonly facts: object;
}

/** Deletes a session that the transaction has locked. The caller logs it after the transaction. */
export async function deleteLocked(
  { clock, engine }: Pick<SessionsPorts, "clock" | "engine">,
  tx: SessionsTransaction,
  session: Session,
): Promise<DeletedSession> {
  const { id: sessionId, organizationId, harness, model, provider, status, createdByKeyId } = session;
  const now = clock.now();
  for (const { id } of await tx.messages.queued(sessionId)) await tx.messages.delete(id, now);
  const turn = await tx.turns.active(sessionId);
  const isCancelled = turn === null || (await tx.turns.cancelQueued(turn.id, now));
  if (!isCancelled) await tx.turns.requestStop(turn.id, now);
  const ageMs = now.getTime() - session.createdAt.getTime();
  const usage = await tx.usage.ofSession(sessionId);
  await tx.sessions.setStatus(sessionId, sessionStatusOf("cancelled"), now);
  await tx.sessionChanges.hide(sessionId, now);
  await engine.enqueueJob(tx, { kind: "sessionPurge", sessionId, requestId: "deleted" });
  return {
    interruptedTurnId: isCancelled ? null : turn.id,
    facts: { organizationId, sessionId, createdByKeyId, harness, model, provider, status, ageMs, ...usage },
  };
}

/** Logs the deletion of a session, with its cost so far. `deleter` is null if its retention time has ended. */
export function logDeleted(
  { log }: { readonly log: Logger },
  { facts }: DeletedSession,
  deleter: SessionDeleter | null,
): void {
  const by =
    deleter === null
      ? { reason: "retention" }
      : {
          ...{ reason: "request", deletedByUserId: deleter.userId, deletedByKeyId: deleter.keyId },
          ...requestFields(deleter.request),
        };
  log.info({ ...facts, ...by }, "a session was deleted");
}
