import type { AssignedThread } from "../../../sessions/index.ts";
import type { TurnResult } from "./compose-reply.ts";

/** Returns the reason why nothing is posted in a review thread, with what the reader can do, or null. Pure. */
export function decideNoReply({
  status,
  thread,
  ...facts
}: {
  readonly status: TurnResult["status"];
  readonly thread: Pick<AssignedThread, "answer">;
  /** True if the session still works on the repository of the pull request. */
  readonly hasCheckout: boolean;
  readonly isPrivate: boolean;
  readonly isPlan: boolean;
}): string | null {
  if (facts.isPrivate)
    return "The session is private, so it does not reply on the forge. Read the agent's message in the session.";
  if (status === "failed")
    return "The turn failed before it could reply. Fix the problem that the session shows, then send the comment to the agent again.";
  if (status === "cancelled")
    return "The turn was stopped before it could reply. Send the comment to the agent again to continue.";
  if (!facts.hasCheckout)
    return "The session no longer contains the repository of this pull request. Start a session with the repository to continue.";
  if (thread.answer !== null) return null;
  return facts.isPlan
    ? "The agent only planned, so it did not reply. Read the plan in the session, then send the comment to the agent again."
    : "The agent did not write a reply. Read its message in the session, or send the comment to the agent again.";
}
