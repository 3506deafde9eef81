import type { SessionEvent } from "../core/event/event.ts";

export type ReadEvents = (sessionId: string, afterSeq: number) => Promise<SessionEvent[]>;

/**
 * One query for all who ask for the same events in the same turn of the event loop: a notice wakes every follower of a session
 * at once, and a thousand of them would drown the database. A read that has begun is not shared, since it may
 * have begun before the event that its asker was woken for.
 */
export function shareReads(read: ReadEvents): ReadEvents {
  const gathering = new Map<string, Promise<SessionEvent[]>>();
  return (sessionId, afterSeq) => {
    const key = `${sessionId} ${afterSeq}`;
    let shared = gathering.get(key);
    if (shared === undefined) {
      shared = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        gathering.delete(key);
        return read(sessionId, afterSeq);
      });
      gathering.set(key, shared);
    }
    return shared;
  };
}
