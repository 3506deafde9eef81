import type { StateName } from "../components/state-mark.tsx";

/** There is a turn to stop: one that runs or waits for a worker. In any other state the API would stop nothing. Pure. */
export function canStop(state: StateName): boolean {
  return state === "inProgress" || state === "queued";
}

/** The turn did not do what was asked. It can be asked again at any time: while another turn runs, it waits. Pure. */
export function canSendAgain({
  outcome,
  messageId,
}: {
  readonly outcome: "completed" | "failed" | "cancelled";
  readonly messageId: string | null;
}): boolean {
  return outcome !== "completed" && messageId !== null;
}

/** Only the person who sent a message can edit it while it waits; others can move, delete or send it now. Pure. */
export function canEdit(senderId: string | null | undefined, personId: string): boolean {
  return senderId === personId;
}
