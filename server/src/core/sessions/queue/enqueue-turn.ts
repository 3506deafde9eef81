import { type AgentKey, formatAgentKey } from "../../access/index.ts";
import { newId } from "../../base/index.ts";
import type { NewEvent } from "../event/event.ts";
import type { Message, StartingMessage } from "../message/message.ts";
import type { SessionsPorts, SessionsTransaction } from "../ports.ts";

/**
 * Creates a message's turn in the caller's transaction: the row, the events and the queue entry. Sets the session's
 * agent if the message has its own agent. The session must have no active turn. A new message already has the ID of its
 * turn. A queued message receives the ID here.
 */
export async function enqueueTurn(
  ports: Pick<SessionsPorts, "engine" | "clock">,
  tx: SessionsTransaction,
  { session, message }: { readonly session: { readonly id: string }; readonly message: Message },
): Promise<{ readonly turnId: string }> {
  const turnId = message.turnId ?? newId();
  const { number } = await tx.turns.insert(
    { id: turnId, sessionId: session.id, messageId: message.id },
    ports.clock.now(),
  );
  if (message.turnId === null) await tx.messages.setTurn(message.id, turnId);
  if (message.agent !== null) await tx.sessions.setAgent(session.id, message.agent);
  await tx.events.append(session.id, null, [
    messageQueued(message),
    ...(message.agent === null ? [] : [agentChanged(turnId, message.agent)]),
    turnQueued({ ...message, turnId }, number),
  ]);
  await addToQueue(ports, tx, { ...message, turnId });
  return { turnId };
}

/** Adds a turn whose row exists to the engine's queue, and an event if no worker is running. */
export async function addToQueue(
  { engine }: Pick<SessionsPorts, "engine">,
  tx: SessionsTransaction,
  { id, sessionId, turnId }: StartingMessage,
): Promise<void> {
  const waits = await engine.enqueueTurn(tx, turnId);
  if (waits == null) return;
  const data = { type: "notice", message: waits } as const;
  await tx.events.append(sessionId, null, [{ key: `${turnId}:waits`, messageId: id, data }]);
}

/** Returns the events of a new session's first message and turn. */
export const firstTurnEvents = (message: StartingMessage): readonly NewEvent[] => [
  messageQueued(message),
  turnQueued(message, 1),
];

const turnQueued = ({ id, turnId }: StartingMessage, number: number): NewEvent => ({
  key: `${turnId}:queued`,
  messageId: id,
  data: { type: "turn.queued", turnId, number },
});

function agentChanged(turnId: string, agent: AgentKey): NewEvent {
  return {
    key: `${turnId}:agent`,
    messageId: null,
    data: { type: "session.agentChanged", agent: formatAgentKey(agent) },
  };
}

/**
 * Returns the `message.queued` event. Its key ensures that it is appended once, whether the message waits or its turn
 * starts immediately.
 */
export function messageQueued(message: Message): NewEvent {
  return {
    key: `message:${message.id}`,
    messageId: message.id,
    data: {
      type: "message.queued",
      content: message.content,
      ...(message.attachments.length > 0 && {
        attachments: message.attachments.map(({ id, name, mediaType }) => ({ id, name, mediaType })),
      }),
    },
  };
}
