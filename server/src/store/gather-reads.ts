import type { SessionEvent } from "../core/sessions/index.ts";

/** Events of a session after a number; `mayHaveMore` tells that there was room for no more of them. */
export interface EventsRead {
  readonly events: readonly SessionEvent[];
  readonly mayHaveMore: boolean;
}

export type ReadEvents = (sessionId: string, afterSeq: number) => Promise<EventsRead>;

export interface Asked {
  readonly sessionId: string;
  readonly afterSeq: number;
}

/** One answer for each that asked, in their order; each holds at most `limit` events. */
export type ReadMany = (asked: readonly Asked[], limit: number) => Promise<readonly SessionEvent[][]>;

/** The most events that one read holds in memory, whoever asked for them. */
export const mostEvents = 500;
/** So that each who asks has room for ten events. */
const mostAsked = 50;
/** One that returns much does not hold up the others. */
const readsAtOnce = 2;

interface Gathered extends Asked {
  readonly answer: PromiseWithResolvers<EventsRead>;
}

/**
 * One query for all who ask while others are on their way: notices wake followers one session after the other, and a query for each would
 * drown the database. Who asks for the same shares the answer. A read that has begun is not shared, since it may have begun
 * before the event that its asker was woken for.
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
    const all = [...gathering].slice(0, mostAsked);
    for (const [key] of all) gathering.delete(key);
    const asked = all.map(([, one]) => one);
    const limit = Math.floor(mostEvents / asked.length);
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
