import { AppError } from "../errors.ts";
import type { Ports } from "../ports/index.ts";
import { startNextTurn } from "../turn/start-next-turn.ts";

export interface Stopped {
  /** A turn that had not begun was cancelled. */
  readonly cancelledTurns: number;
  /** A running turn was asked to end; it does so within seconds. */
  readonly interruptedTurns: number;
}

/** Stops the active turn of a session. The request is a fact in the database first, then a notice to the worker that holds the turn. */
export async function stopSession(ports: Ports, organizationId: string, sessionId: string): Promise<Stopped> {
  const { stopped, interruptedTurnId } = await ports.store.transaction(async (tx) => {
    const session = await tx.sessions.lock(organizationId, sessionId);
    if (session === null) throw new AppError("not_found", `There is no session ${sessionId}.`);
    const turn = await tx.turns.active(session.id);
    if (turn === null)
      return { stopped: { cancelledTurns: 0, interruptedTurns: 0 }, interruptedTurnId: null };
    const now = ports.clock.now();
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
      return { stopped: { cancelledTurns: 1, interruptedTurns: 0 }, interruptedTurnId: null };
    }
    await tx.turns.requestStop(turn.id, now);
    return { stopped: { cancelledTurns: 0, interruptedTurns: 1 }, interruptedTurnId: turn.id };
  });
  if (interruptedTurnId !== null) await ports.engine.noticeStop(interruptedTurnId);
  return stopped;
}
