import type { SessionState } from "../components/state-mark.tsx";

/** Returns true if a turn is running or queued. In other states, there is nothing to stop. Pure. */
export function canStop(state: SessionState): boolean {
  return state === "inProgress" || state === "queued";
}

/**
 * Returns true if a message's turn failed or was canceled. The message can be sent again at any time. While a turn is
 * running, the server queues it. Pure.
 */
export function canSendAgain({
  outcome,
  messageId,
}: {
  readonly outcome: "completed" | "failed" | "cancelled";
  readonly messageId: string | null;
}): boolean {
  return outcome !== "completed" && messageId !== null;
}

/**
 * Returns true if the user sent the queued message. Only the sender can edit it. Other users can only move it, delete
 * it or send it immediately. Pure.
 */
export function canEdit(senderId: string | null | undefined, personId: string): boolean {
  return senderId === personId;
}
