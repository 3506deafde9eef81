import type { TurnState } from "../turn/turn.ts";
import type { Message } from "./message.ts";

/** Where a message is: it waits, or what the turn that took it has come to. */
export type MessageState = "queued" | "working" | "completed" | "failed" | "cancelled";

/** A message as people see it. */
export interface ShownMessage extends Message {
  readonly state: MessageState;
  /** The author, or else the name of the key that it came with. */
  readonly createdBy: string | null;
  /** The person whose key or sign-in sent the message; null for one that no person sent. */
  readonly sentByUserId: string | null;
}

/** A turn that has not begun still waits, and so does its message. */
export function messageStateOf(turnStatus: TurnState["status"] | null): MessageState {
  if (turnStatus === null || turnStatus === "queued") return "queued";
  return turnStatus === "running" ? "working" : turnStatus;
}
