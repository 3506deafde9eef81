import type { NewEvent } from "../event/event.ts";
import { changeQueued } from "../message/change-queued.ts";
import type { Message } from "../message/message.ts";
import type { SessionsPorts, SessionsTransaction } from "../ports.ts";
import type { Session } from "../session/session.ts";
import { sessionStatusOf } from "../turn/turn-states.ts";
import { startNextTurn } from "./start-next-turn.ts";

/**
 * Deletes a queued message. If it already has a queued turn, cancels the turn and enqueues a turn for the next message.
 * Throws `not_found` if the message does not exist, or `conflict` if a turn has started with it.
 */
export async function deleteMessage(
  ports: Pick<SessionsPorts, "store" | "engine" | "clock">,
  organizationId: string,
  id: string,
): Promise<{ readonly cancelledTurns: number }> {
  return changeQueued(ports, organizationId, id, async (tx, { session, message }) => {
    const { turnId } = message;
    await tx.messages.delete(id, ports.clock.now());
    await tx.events.append(session.id, null, [messageDeleted(id)]);
    if (turnId === null) return { cancelledTurns: 0 };
    await cancelTurn(ports, tx, session, { ...message, turnId });
    return { cancelledTurns: 1 };
  });
}

export function messageDeleted(id: string): NewEvent {
  return { key: `message:${id}:deleted`, messageId: id, data: { type: "message.deleted" } };
}

async function cancelTurn(
  ports: Pick<SessionsPorts, "engine" | "clock">,
  tx: SessionsTransaction,
  session: Session,
  { id, turnId }: Pick<Message, "id"> & { readonly turnId: string },
): Promise<void> {
  const now = ports.clock.now();
  await tx.turns.cancelQueued(turnId, now);
  await tx.events.append(session.id, null, [
    {
      key: `${turnId}:ended`,
      messageId: id,
      data: { type: "turn.cancelled", turnId, message: "The message was deleted before the turn started." },
    },
  ]);
  await tx.sessions.setStatus(session.id, sessionStatusOf("cancelled"), now);
  await startNextTurn(ports, tx, session);
}
