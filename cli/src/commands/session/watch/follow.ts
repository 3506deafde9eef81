import type { SessionEvent, Tembo } from "@tembo-io/sdk";

/** The end of a turn. `message` is the text of the turn's final event. */
export interface TurnEnd {
  readonly outcome: "completed" | "failed" | "cancelled";
  readonly message: string;
  /** The error code (docs/reference/errors.md). Only failed turns have one. */
  readonly code?: string | undefined;
}

interface Follow {
  readonly sessionId: string;
  readonly signal: AbortSignal;
  readonly onEvent: (event: SessionEvent) => void;
}

/**
 * Maximum number of consecutive connections without data. They take about four minutes, which is enough for a server
 * restart.
 */
export const maxAttempts = 40;

/**
 * Follows a session to the end of the message's turn, or of the session's first turn if there is no message. If the
 * message is deleted before its turn starts, returns the outcome `cancelled`. Returns null if the signal aborts first.
 */
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
      return { outcome: "cancelled", message: "The message was deleted before its turn started." };
    // A steering message belongs to another message's turn, so events are also selected by turn.
    if (!isOfMessage && (turnId === null || turnId !== ofTurn)) continue;
    onEvent(event);
    const end = turnEndOf(event);
    if (end !== null) return end;
  }
  return null;
}

/**
 * Follows a session until it is idle and no event follows the end of its last turn. Returns that turn's end, or null if
 * the signal aborts first.
 */
export async function followSession(
  client: Tembo,
  { sessionId, signal, onEvent }: Follow,
): Promise<TurnEnd | null> {
  let end: TurnEnd | null = null;
  for await (const event of client.session.events(sessionId, { signal, maxAttempts })) {
    onEvent(event);
    // Other events may follow the end of a turn, such as an event about the warm sandbox. A queued turn means that the
    // session continues.
    end = event.eventType === "turn.queued" ? null : (turnEndOf(event) ?? end);
    if (end !== null && (await isIdle(client, sessionId, event))) return end;
  }
  return null;
}

async function isIdle(client: Tembo, sessionId: string, last: SessionEvent): Promise<boolean> {
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
