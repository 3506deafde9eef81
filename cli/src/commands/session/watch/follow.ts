import type { SessionEvent, Tembo } from "@tembo-io/sdk";

/** How a turn ended; `message` is the sentence that came with it. */
export interface TurnEnd {
  readonly outcome: "completed" | "failed" | "cancelled";
  readonly message: string;
  /** The error code of a failed turn (docs/reference/errors.md). */
  readonly code?: string | undefined;
}

interface Follow {
  readonly sessionId: string;
  readonly signal: AbortSignal;
  readonly onEvent: (event: SessionEvent) => void;
}

/** A server may be restarted meanwhile: about five minutes of its absence are borne. */
export const maxAttempts = 40;

/** Follows a session to the end of a turn: the one of the message, or its first. Null when the signal aborted before. */
export async function followTurn(
  client: Tembo,
  { sessionId, signal, onEvent, messageId }: Follow & { readonly messageId: string | null },
): Promise<TurnEnd | null> {
  let turnId: string | null = null;
  for await (const event of client.session.events(sessionId, { signal, maxAttempts })) {
    const { type, turnId: ofTurn = null } = event.eventData as { type: string; turnId?: string };
    const isOfMessage = messageId === null || event.messageId === messageId;
    if (isOfMessage && type === "message.steered") turnId = ofTurn;
    if (isOfMessage && messageId !== null && type === "message.deleted")
      return { outcome: "cancelled", message: "The message was deleted before it began." };
    // One that steered is worked by another message's turn.
    if (!isOfMessage && (turnId === null || turnId !== ofTurn)) continue;
    onEvent(event);
    const end = turnEndOf(event);
    if (end !== null) return end;
  }
  return null;
}

/**
 * Follows a session until nothing of it is left to do, and resolves to how its last turn ended; null when the signal aborted
 * before. The end is certain, not a guess: a turn has ended, no event lies behind it, and the session says that it rests.
 */
export async function followSession(
  client: Tembo,
  { sessionId, signal, onEvent }: Follow,
): Promise<TurnEnd | null> {
  let end: TurnEnd | null = null;
  for await (const event of client.session.events(sessionId, { signal, maxAttempts })) {
    onEvent(event);
    // What follows the end without being one, as that the sandbox stays up, is looked behind too; another turn's work is not.
    end = event.eventType === "turn.queued" ? null : (turnEndOf(event) ?? end);
    if (end !== null && (await isAtRest(client, sessionId, event))) return end;
  }
  return null;
}

async function isAtRest(client: Tembo, sessionId: string, last: SessionEvent): Promise<boolean> {
  const { state } = await client.session.retrieve(sessionId);
  if (state.isQueued || state.inProgress) return false;
  const { items } = await client.session.listEvents(sessionId, { cursor: last.id, limit: 1 });
  return items.every((event) => event.id <= last.id);
}

function turnEndOf({ eventData }: SessionEvent): TurnEnd | null {
  const { type, message, error } = eventData as {
    type: string;
    message?: string;
    error?: { code?: string; message?: string };
  };
  if (type === "turn.completed") return { outcome: "completed", message: message ?? "" };
  if (type === "turn.cancelled") return { outcome: "cancelled", message: message ?? "" };
  if (type === "turn.failed") return { outcome: "failed", message: error?.message ?? "", code: error?.code };
  return null;
}
