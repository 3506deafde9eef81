import { newId } from "../../base/index.ts";
import { type TurnRecord, turnEvent } from "../turn-record/turn-record.ts";
import type { Ask, AskAnswer, Asked } from "./ask.ts";
import { answeredEvent, answeredKey, answers, askedEvent, askedKey } from "./ask-events.ts";

export interface AskTerms {
  readonly timeoutMs: number;
  /** Answer after a timeout, or null for no answer. */
  readonly otherwise: string | null;
  /** Aborts when the tool call or prompt that waits for the answer ends. */
  readonly signal: AbortSignal;
}

/**
 * Asks a person and waits for the answer, which another process may receive. If no person answers in time, resolves
 * with an answer whose `by` is `timeout` or `turn`. Throws `fenced` if the attempt no longer holds the turn, or
 * `unavailable` if the database remains unreachable.
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
    // Appends the event first, because this validates the lease and locks the session in the same order as an answer
    // does.
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

/**
 * Stores the answer unless the ask already has one, appends the stored answer's event, and returns the stored answer.
 */
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
