import type { SessionEvent } from "../core/sessions/index.ts";

/** Events of a session after a sequence number. `mayHaveMore` is true if the limit was reached. */
export interface EventsRead {
  readonly events: readonly SessionEvent[];
  readonly mayHaveMore: boolean;
}

export type ReadEvents = (sessionId: string, afterSeq: number) => Promise<EventsRead>;

export interface Asked {
  readonly sessionId: string;
  readonly afterSeq: number;
}

/** Returns one list for each request, in order, with at most `limit` events each. */
export type ReadMany = (asked: readonly Asked[], limit: number) => Promise<readonly SessionEvent[][]>;

/** Maximum number of events that one query reads into memory, for all its requests together. */
export const maxEvents = 500;
/** Maximum number of requests per query, so that each request receives at least ten events. */
const maxRequests = 50;
/** Number of concurrent queries. With two, a large result does not delay the other requests. */
const readsAtOnce = 2;

interface Gathered extends Asked {
  readonly answer: PromiseWithResolvers<EventsRead>;
}

/**
 * Combines requests that arrive while other queries are running into one query. Notifications wake a session's
 * followers one after another, and one query per follower would overload the database. Identical requests share a
 * result. A new request never joins a query that is already running, because that query may have started before the
 * event that woke the requester.
 */
export function gatherReads(readMany: ReadMany): ReadEvents {
  const gathering = new Map<string, Gathered>();
  let reading = 0;
  let isScheduled = false;

  const schedule = () => {
    if (isScheduled || reading >= readsAtOnce || gathering.size === 0) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      void begin();
    });
  };

  const begin = async () => {
    const all = [...gathering].slice(0, maxRequests);
    for (const [key] of all) gathering.delete(key);
    const asked = all.map(([, one]) => one);
    const limit = Math.floor(maxEvents / asked.length);
    reading += 1;
    schedule();
    try {
      const answers = await readMany(asked, limit);
      for (const [place, { answer }] of asked.entries()) {
        const events = answers[place]!;
        answer.resolve({ events, mayHaveMore: events.length >= limit });
      }
    } catch (error) {
      for (const { answer } of asked) answer.reject(error);
    } finally {
      reading -= 1;
      schedule();
    }
  };

  return (sessionId, afterSeq) => {
    const key = `${sessionId} ${afterSeq}`;
    let one = gathering.get(key);
    if (one === undefined) {
      one = { sessionId, afterSeq, answer: Promise.withResolvers() };
      gathering.set(key, one);
      schedule();
    }
    return one.answer.promise;
  };
}
