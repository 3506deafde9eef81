import type { Organization } from "../../accounts/index.ts";
import type { Clock, Masker, TurnLease } from "../../base/index.ts";
import type { EventData, NewEvent, TurnStep } from "../event/event.ts";
import type { Message } from "../message/message.ts";
import type { SessionsStore } from "../ports.ts";
import type { MessageOptions } from "../session/message-options.ts";
import type { Session } from "../session/session.ts";
import type { Turn } from "../turn/turn.ts";

/** What one attempt at a turn works on. Plain data, as it was when the attempt began. */
export interface TurnFacts {
  readonly lease: TurnLease;
  readonly session: Session;
  readonly turn: Turn;
  readonly message: Message;
  readonly organization: Organization;
}

/** A running attempt that can record what happens in it. */
export interface TurnRecord extends TurnFacts {
  readonly ports: { readonly store: SessionsStore; readonly clock: Clock };
  /** Hides the organization's secrets in everything that is recorded. */
  readonly masker: Masker;
}

/** How the message is worked. */
export function optionsOf({ session, message }: Pick<TurnFacts, "session" | "message">): MessageOptions {
  return message.options ?? session.options;
}

/** Appends one event of this turn. The same `key` within a turn is recorded once, however often its step is repeated. Throws `fenced`. */
export async function appendEvent(record: TurnRecord, key: string, data: EventData): Promise<void> {
  await record.ports.store.events.append(record.session.id, record.lease, [turnEvent(record, key, data)]);
}

/** An event of this turn, masked, for an append that writes more in the same transaction. */
export function turnEvent(
  { turn, message, masker }: Pick<TurnRecord, "turn" | "message" | "masker">,
  key: string,
  data: EventData,
): NewEvent {
  return { key: `${turn.id}:${key}`, messageId: message.id, data: masker.maskDeep(data) };
}

/** Records that a step began, once for each round of a step that a turn repeats. Throws `fenced`. */
export function appendStepEvent(
  record: TurnRecord,
  step: TurnStep,
  message: string,
  round = 1,
): Promise<void> {
  return appendEvent(record, round === 1 ? `step:${step}` : `step:${step}:${round}`, {
    type: "turn.step",
    step,
    message,
  });
}
