import type { Organization } from "../../accounts/index.ts";
import type { Clock, Masker, TurnLease } from "../../base/index.ts";
import type { EventData, NewEvent, TurnStep } from "../event/event.ts";
import type { Message } from "../message/message.ts";
import type { SessionsStore } from "../ports.ts";
import type { MessageOptions } from "../session/message-options.ts";
import type { Session } from "../session/session.ts";
import type { Turn } from "../turn/turn.ts";

/** Input of an attempt at a turn: plain data, read at the start of the attempt. */
export interface TurnFacts {
  readonly lease: TurnLease;
  readonly session: Session;
  readonly turn: Turn;
  readonly message: Message;
  readonly organization: Organization;
}

/** A running attempt that can record events. */
export interface TurnRecord extends TurnFacts {
  readonly ports: { readonly store: SessionsStore; readonly clock: Clock };
  /** Masks the secrets of the organization and of the turn's MCP servers in recorded data. */
  readonly masker: Masker;
}

/** Returns the message's options, or the session's options if the message has none. */
export function optionsOf({ session, message }: Pick<TurnFacts, "session" | "message">): MessageOptions {
  return message.options ?? session.options;
}

/**
 * Masks and appends an event of this turn. Records each `key` once per turn, regardless of how often its step runs.
 * Throws `fenced` if the attempt no longer holds the turn.
 */
export async function appendEvent(record: TurnRecord, key: string, data: EventData): Promise<void> {
  await record.ports.store.events.append(record.session.id, record.lease, [turnEvent(record, key, data)]);
}

/** Returns a masked event of this turn, for a transaction that also writes other data. */
export function turnEvent(
  { turn, message, masker }: Pick<TurnRecord, "turn" | "message" | "masker">,
  key: string,
  data: EventData,
): NewEvent {
  return { key: `${turn.id}:${key}`, messageId: message.id, data: masker.maskDeep(data) };
}

/**
 * Appends an event for the start of a step, once per round if the turn repeats the step. Throws the errors of
 * `appendEvent`.
 */
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
