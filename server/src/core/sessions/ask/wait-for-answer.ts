import { newId } from "../../base/index.ts";
import { type TurnRecord, turnEvent } from "../turn-record/turn-record.ts";
import type { Ask, AskAnswer, Asked } from "./ask.ts";
import { answeredEvent, answeredKey, answers, askedEvent, askedKey } from "./ask-events.ts";

export interface AskTerms {
  readonly timeoutMs: number;
  /** What holds when nobody answered in time. */
  readonly otherwise: string | null;
  /** Aborts when what asked has gone. */
  readonly signal: AbortSignal;
}

/**
 * Puts something to a person and waits for the answer, which may be given to another process. Bounded by the terms: it resolves with a
 * `timeout` or a `turn` answer when nobody answers. Throws `fenced`, and `unavailable` when the database stays away.
 */
export async function waitForAnswer(context: TurnRecord, given: Asked, terms: AskTerms): Promise<AskAnswer> {
  const { ports, session, turn, lease, masker } = context;
  const createdAt = ports.clock.now();
  const ask: Ask = {
    id: newId(createdAt.getTime()),
    sessionId: session.id,
    turnId: turn.id,
    asked: masker.maskDeep(given),
    createdAt,
    expiresAt: new Date(createdAt.getTime() + terms.timeoutMs),
    answer: null,
  };
  const askedSeq = await ports.store.transaction(async (tx) => {
    // First, as it proves the lease and holds the session, in the order in which an answer does it too.
    const seq = await tx.events.append(session.id, lease, [
      turnEvent(context, askedKey(ask.id), askedEvent(ask)),
    ]);
    await tx.asks.insert(ask);
    return seq;
  });
  const signal = AbortSignal.any([terms.signal, AbortSignal.timeout(terms.timeoutMs)]);
  for await (const event of ports.store.followEvents(session.id, askedSeq, signal)) {
    if (answers(event.data, ask.id)) break;
  }
  return close(context, ask, {
    by: terms.signal.aborted ? "turn" : "timeout",
    text: terms.signal.aborted ? null : terms.otherwise,
    comment: null,
    at: ports.clock.now(),
  });
}

/** The answer that is there, else this one. */
async function close(context: TurnRecord, ask: Ask, answer: AskAnswer): Promise<AskAnswer> {
  const { ports, session, lease } = context;
  return ports.store.transaction(async (tx) => {
    await tx.sessions.lock(session.organizationId, session.id);
    const kept = (await tx.asks.answer(ask.id, answer)) ?? answer;
    await tx.events.append(session.id, lease, [
      turnEvent(context, answeredKey(ask.id), answeredEvent(ask, kept)),
    ]);
    return kept;
  });
}
