import { AppError } from "../../base/index.ts";
import type { SessionsPorts, SessionsTransaction } from "../ports.ts";
import { messageDeleted } from "../queue/delete-message.ts";
import { startNextTurn } from "../queue/start-next-turn.ts";

export interface Stopped {
  /** A turn that had not begun was cancelled. */
  readonly cancelledTurns: number;
  /** A running turn was asked to end; it does so within seconds. */
  readonly interruptedTurns: number;
  /** Messages that waited and were taken out of the queue. */
  readonly cancelledMessages: number;
}

/** Stops the active turn of a session, and with `cancelsQueued` what waits behind it; else that is begun. The request is a fact in the database first, then a notice to the worker that holds the turn. */
export async function stopSession(
  ports: SessionsPorts,
  organizationId: string,
  sessionId: string,
  { cancelsQueued = false }: { readonly cancelsQueued?: boolean } = {},
): Promise<Stopped> {
  const { stopped, interruptedTurnId } = await ports.store.transaction((tx) =>
    stopWithin(ports, tx, { organizationId, sessionId, cancelsQueued }),
  );
  if (interruptedTurnId !== null) await ports.engine.noticeStop(interruptedTurnId);
  return stopped;
}

/** As `stopSession`, in a transaction that does more: whoever runs it tells the worker of the turn, if one is interrupted, once it is through. */
export async function stopWithin(
  ports: Pick<SessionsPorts, "clock" | "engine">,
  tx: SessionsTransaction,
  {
    organizationId,
    sessionId,
    cancelsQueued,
  }: { readonly organizationId: string; readonly sessionId: string; readonly cancelsQueued: boolean },
): Promise<{ readonly stopped: Stopped; readonly interruptedTurnId: string | null }> {
  const session = await tx.sessions.lock(organizationId, sessionId);
  if (session === null) throw new AppError("not_found", `There is no session ${sessionId}.`);
  const now = ports.clock.now();
  const cancelledMessages = cancelsQueued ? await cancelQueued(tx, session.id, now) : 0;
  const turn = await tx.turns.active(session.id);
  if (turn === null)
    return {
      stopped: { cancelledTurns: 0, interruptedTurns: 0, cancelledMessages },
      interruptedTurnId: null,
    };
  if (await tx.turns.cancelQueued(turn.id, now)) {
    await tx.events.append(session.id, null, [
      {
        key: `${turn.id}:ended`,
        messageId: turn.messageId,
        data: { type: "turn.cancelled", turnId: turn.id, message: "Stopped before it began." },
      },
    ]);
    await tx.sessions.setStatus(session.id, "cancelled", now);
    await startNextTurn(ports, tx, session);
    return {
      stopped: { cancelledTurns: 1, interruptedTurns: 0, cancelledMessages },
      interruptedTurnId: null,
    };
  }
  await tx.turns.requestStop(turn.id, now);
  return {
    stopped: { cancelledTurns: 0, interruptedTurns: 1, cancelledMessages },
    interruptedTurnId: turn.id,
  };
}

async function cancelQueued(tx: SessionsTransaction, sessionId: string, now: Date): Promise<number> {
  const waiting = await tx.messages.queued(sessionId);
  for (const message of waiting) {
    await tx.messages.delete(message.id, now);
    await tx.events.append(sessionId, null, [messageDeleted(message.id)]);
  }
  return waiting.length;
}
