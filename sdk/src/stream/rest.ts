import { pathOf, type Transport } from "../transport.ts";
import type { Session, SessionEvent, SessionEventList } from "../types.ts";

/** A session rests when its last turn is completed, failed or cancelled and nothing of it is left to do. A draft does not: it has not begun. */
export function isAtRest({ state }: Session): boolean {
  const { current, isQueued, inProgress } = state;
  return !isQueued && !inProgress && current !== undefined && !/^(?:queued|inProgress)$/.test(current);
}

/** Whether an event ends a turn, so that the session may have come to rest. */
export function isTurnEnd({ eventType }: SessionEvent): boolean {
  return /^turn[.](?:completed|failed|cancelled)$/.test(eventType);
}

export function retrieveSession(
  transport: Transport,
  sessionId: string,
  signal: AbortSignal | undefined,
): Promise<Session> {
  return transport.json({ method: "GET", path: pathOf`/v1/sessions/${sessionId}` }, { signal });
}

/** Whether the session rests and no event lies behind the given one. */
export async function hasEndedAfter(
  transport: Transport,
  sessionId: string,
  lastId: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (!isAtRest(await retrieveSession(transport, sessionId, signal))) return false;
  const query = { limit: 1, ...(lastId > 0 && { cursor: lastId }) };
  const path = pathOf`/v1/sessions/${sessionId}/events`;
  const { items } = await transport.json<SessionEventList>({ method: "GET", path, query }, { signal });
  return items.length === 0;
}
