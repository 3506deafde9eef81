import type { UsageTotal } from "../../accounts/index.ts";
import { AppError, type Logger } from "../../base/index.ts";
import type { SessionsPorts, SessionsTransaction } from "../ports.ts";
import type { Session } from "../session/session.ts";
import { sessionStatusOf } from "../turn/turn-states.ts";

/** Caller that deletes sessions. */
export interface SessionDeleter {
  readonly userId: string;
  readonly keyId: string;
  readonly requestId: string;
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
  logDeleted(ports, deleted, { reason: "request", deleter });
  if (deleted.interruptedTurnId !== null) await ports.engine.noticeStop(deleted.interruptedTurnId);
}

/** A deleted session, for the log. */
export interface DeletedSession {
  readonly session: Session;
  readonly ageMs: number;
  readonly usage: UsageTotal;
}

/**
 * Deletes a session that the transaction has locked. After the transaction, the caller logs it, and notifies the worker of
 * the running turn, `interruptedTurnId`.
 */
export async function deleteLocked(
  { clock, engine }: Pick<SessionsPorts, "clock" | "engine">,
  tx: SessionsTransaction,
  session: Session,
): Promise<DeletedSession & { readonly interruptedTurnId: string | null }> {
  const { id: sessionId } = session;
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
  return { interruptedTurnId: isCancelled ? null : turn.id, session, ageMs, usage };
}

type Deletion =
  | { readonly reason: "request" | "organization"; readonly deleter: SessionDeleter }
  | { readonly reason: "retention" };

/** Logs the deletion of a session, with its cost so far. */
export function logDeleted(
  { log }: { readonly log: Logger },
  { session, ageMs, usage }: DeletedSession,
  deletion: Deletion,
): void {
  const { id: sessionId, organizationId, harness, model, provider, status, createdByKeyId } = session;
  log.info(
    {
      ...{ organizationId, sessionId, createdByKeyId, harness, model, provider, status, ageMs, ...usage },
      reason: deletion.reason,
      ...(deletion.reason !== "retention" && deleterFields(deletion.deleter)),
    },
    "a session was deleted",
  );
}

const deleterFields = ({ userId, keyId, requestId }: SessionDeleter) => ({
  deletedByUserId: userId,
  deletedByKeyId: keyId,
  requestId,
});
