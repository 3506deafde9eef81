import { pathOf, type Transport } from "../transport.ts";
import type { Session, SessionEvent, SessionEventList } from "../types.ts";

/**
 * Returns true if the session is idle: its last turn is completed, failed or cancelled, and no work is queued or in
 * progress. A draft is not idle, because it has not started.
 */
export function isIdle({ state }: Session): boolean {
  const { current, isQueued, inProgress } = state;
  return !isQueued && !inProgress && current !== undefined && !/^(?:queued|inProgress)$/.test(current);
}

/** Returns true if the event ends a turn. The session may be idle after it. */
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

/** Returns true if the session is idle and has no event after the event `lastId`. */
export async function hasEndedAfter(
  transport: Transport,
  sessionId: string,
  lastId: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (!isIdle(await retrieveSession(transport, sessionId, signal))) return false;
  const query = { limit: 1, ...(lastId > 0 && { cursor: lastId }) };
  const path = pathOf`/v1/sessions/${sessionId}/events`;
  const { items } = await transport.json<SessionEventList>({ method: "GET", path, query }, { signal });
  return items.length === 0;
}
