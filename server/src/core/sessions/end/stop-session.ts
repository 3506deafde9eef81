import { AppError } from "../../base/index.ts";
import type { SessionsPorts, SessionsTransaction } from "../ports.ts";
import { messageDeleted } from "../queue/delete-message.ts";
import { startNextTurn } from "../queue/start-next-turn.ts";
import { sessionStatusOf } from "../turn/turn-states.ts";

export interface Stopped {
  /** Number of queued turns that were canceled, 0 or 1. */
  readonly cancelledTurns: number;
  /** Number of running turns that were interrupted, 0 or 1. They end within seconds. */
  readonly interruptedTurns: number;
  /** Number of messages that were removed from the queue. */
  readonly cancelledMessages: number;
}

/**
 * Stops the active turn of a session. With `cancelsQueued`, also deletes the queued messages. Otherwise, the next
 * message starts. Stores the stop request before it notifies the worker that holds the turn. Throws `not_found` if the
 * session does not exist.
 */
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

/**
 * Stops a session in the same way as `stopSession`, but in the caller's transaction. After the commit, the caller must
 * notify the worker that holds `interruptedTurnId`.
 */
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
  if (session === null) throw new AppError("not_found", `Session ${sessionId} was not found.`);
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
        data: { type: "turn.cancelled", turnId: turn.id, message: "Stopped before it started." },
      },
    ]);
    await tx.sessions.setStatus(session.id, sessionStatusOf("cancelled"), now);
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
