import { AppError } from "../../base/index.ts";
import type { SessionsPorts, SessionsTransaction } from "../ports.ts";
import { sessionStatusOf } from "../turn/turn-states.ts";

/**
 * Deletes a session. Immediately hides the session, stops its turn and deletes its queued messages. A job removes its
 * events and workspace after the turn has ended. Pushed branches and pull requests remain on their forge. Throws
 * `not_found` if the session does not exist.
 */
export async function deleteSession(
  ports: SessionsPorts,
  organizationId: string,
  sessionId: string,
): Promise<void> {
  const interruptedTurnId = await ports.store.transaction(async (tx) => {
    const session = await tx.sessions.lock(organizationId, sessionId);
    if (session === null) throw new AppError("not_found", `Session ${sessionId} was not found.`);
    return deleteLocked(ports, tx, session.id);
  });
  if (interruptedTurnId !== null) await ports.engine.noticeStop(interruptedTurnId);
}

/**
 * Deletes a session that the transaction has locked. Returns the ID of its running turn, which must be told to stop after
 * the transaction, or null.
 */
export async function deleteLocked(
  { clock, engine }: Pick<SessionsPorts, "clock" | "engine">,
  tx: SessionsTransaction,
  sessionId: string,
): Promise<string | null> {
  const now = clock.now();
  for (const { id } of await tx.messages.queued(sessionId)) await tx.messages.delete(id, now);
  const turn = await tx.turns.active(sessionId);
  const isCancelled = turn === null || (await tx.turns.cancelQueued(turn.id, now));
  if (!isCancelled) await tx.turns.requestStop(turn.id, now);
  await tx.sessions.setStatus(sessionId, sessionStatusOf("cancelled"), now);
  await tx.sessionChanges.hide(sessionId, now);
  await engine.enqueueJob(tx, { kind: "sessionPurge", sessionId, requestId: "deleted" });
  return isCancelled ? null : turn.id;
}
