import type { StateName } from "../components/state-mark.tsx";

/** True if a turn runs or waits for a worker. In any other state the API would stop nothing. Pure. */
export function canStop(state: StateName): boolean {
  return state === "inProgress" || state === "queued";
}

/**
 * True if the turn ended without the requested result. The message can be sent again at any time, and queues behind a running turn. Pure.
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

/** True if the person sent the queued message, because only the sender can edit it. Others can move, delete or send it now. Pure. */
export function canEdit(senderId: string | null | undefined, personId: string): boolean {
  return senderId === personId;
}
