import type { PullRequestComment } from "@tembo-io/sdk";

/** A thread of comments on the same lines. `first` is the oldest comment. */
export interface Thread {
  readonly id: string;
  readonly first: PullRequestComment;
  readonly replies: readonly PullRequestComment[];
}

export function threadsOf(comments: readonly PullRequestComment[]): readonly Thread[] {
  const inline = comments.filter(({ kind }) => kind === "inline");
  return [...Map.groupBy(inline, ({ threadId, id }) => threadId ?? id)].map(([id, [first, ...replies]]) => ({
    id,
    first: first!,
    replies,
  }));
}

/**
 * True if the thread is open and the agent has no task in it. This includes a thread in which a person has written since
 * it was assigned, and a thread whose turn ended without a reply.
 */
export function needsAgent({ first, replies }: Thread): boolean {
  const { agent, resolved, place } = first;
  if (resolved !== null || place === null) return false;
  if (agent === null || agent.state === "unanswered") return true;
  const assignedAt = Date.parse(agent.assignedAt);
  return [first, ...replies].some(
    ({ author, createdAt }) => !author.isBot && Date.parse(createdAt) > assignedAt,
  );
}
