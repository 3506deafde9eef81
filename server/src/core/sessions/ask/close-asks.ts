import type { SessionsTransaction } from "../ports.ts";
import { type TurnRecord, turnEvent } from "../turn-record/turn-record.ts";
import type { AskAnswer } from "./ask.ts";
import { answeredEvent, answeredKey } from "./ask-events.ts";

/**
 * Closes the open asks of a turn, with an answer whose `by` is `turn`. Call it when nothing waits for them. The caller
 * must have locked the session. Throws `fenced` if an ask is open and the attempt no longer holds the turn.
 */
export async function closeAsks(context: TurnRecord, tx: SessionsTransaction): Promise<void> {
  const { ports, session, turn, lease } = context;
  for (const ask of await tx.asks.openOfTurn(turn.id)) {
    const answer: AskAnswer = { by: "turn", text: null, comment: null, at: ports.clock.now() };
    const kept = (await tx.asks.answer(ask.id, answer)) ?? answer;
    await tx.events.append(session.id, lease, [
      turnEvent(context, answeredKey(ask.id), answeredEvent(ask, kept)),
    ]);
  }
}
