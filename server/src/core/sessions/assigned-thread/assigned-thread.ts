/** A review thread that a message assigned to the agent. */
export interface AssignedThread {
  readonly messageId: string;
  readonly pullRequestId: string;
  /** The forge's ID of the thread. */
  readonly threadId: string;
  /** The forge's ID of the inline comment that the sender named. */
  readonly commentId: string;
  /** Zero-based position in the message. */
  readonly position: number;
  /** File and line, as text. */
  readonly place: string;
  /** The agent's reply, or null if it has not replied. A worker posts it when the turn ends. */
  readonly answer: string | null;
  /** True if the agent states that it fixed the problem, so that the thread can be resolved. */
  readonly isFixed: boolean;
  /** Commit that the turn pushed to the pull request, or null if it pushed none or has not ended. */
  readonly commitSha: string | null;
  /** Time at which the reply was posted, or null. */
  readonly repliedAt: Date | null;
  /** Time at which Tembo resolved the thread for the agent, or null. */
  readonly resolvedAt: Date | null;
  /** Reason why the reply was not posted or the thread was not resolved, or null. */
  readonly reason: string | null;
  readonly createdAt: Date;
}

/** A review thread of a turn. Two messages of the turn may have assigned it, each by another comment. */
export interface TurnThread extends AssignedThread {
  /** The forge's IDs of all comments by which messages named the thread. */
  readonly commentIds: readonly string[];
}

export type AssignedThreadState = "queued" | "working" | "replied" | "resolved" | "unanswered";

/** Returns the agent's state in a thread. `turnStatus` is null if no turn has taken the message. Pure. */
export function decideThreadState(
  { repliedAt, resolvedAt }: Pick<AssignedThread, "repliedAt" | "resolvedAt">,
  turnStatus: string | null,
): AssignedThreadState {
  if (repliedAt !== null) return resolvedAt === null ? "replied" : "resolved";
  if (turnStatus === null || turnStatus === "queued") return "queued";
  return turnStatus === "running" ? "working" : "unanswered";
}

/** Returns the ID under which the API and the agent refer to the comment's thread. */
export const threadLabel = ({ commentId }: Pick<AssignedThread, "commentId">) => `inline-${commentId}`;
