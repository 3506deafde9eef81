import type { TurnState } from "../turn/turn.ts";
import type { Message } from "./message.ts";

/** State of a message: `queued`, or the state of its turn. */
export type MessageState = "queued" | "working" | "completed" | "failed" | "cancelled";

/** A message with the fields that clients display. */
export interface ShownMessage extends Message {
  readonly state: MessageState;
  /**
   * Author's login, or otherwise the author's name or the name of the API key that sent the message, or null if none is
   * known.
   */
  readonly createdBy: string | null;
  /** ID of the person whose key or sign-in sent the message, or null if no person sent it. */
  readonly sentByUserId: string | null;
}

/** Returns the state of a message. A message is `queued` if it has no turn or if its turn is queued. */
export function messageStateOf(turnStatus: TurnState["status"] | null): MessageState {
  if (turnStatus === null || turnStatus === "queued") return "queued";
  return turnStatus === "running" ? "working" : turnStatus;
}
