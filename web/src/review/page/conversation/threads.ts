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
