import { AppError } from "../../base/index.ts";
import { conversationOf, getPullRequest } from "../../forges/index.ts";
import type { SessionsPorts } from "../ports.ts";
import type { AssignedThread } from "./assigned-thread.ts";

export interface ThreadsToAssign {
  readonly pullRequestId: string;
  /** The forge's IDs of inline comments, one or more for each thread. */
  readonly commentIds: readonly string[];
}

/** The fields of a thread that are known before its message is stored. */
export type FoundThread = Pick<AssignedThread, "pullRequestId" | "threadId" | "commentId" | "place">;

/**
 * Finds the threads that contain the comments, each once. Throws `conflict` if another session or none works on the
 * pull request, and `not_found` if the pull request does not exist or has no such inline comment.
 */
export async function findThreads(
  ports: SessionsPorts,
  organizationId: string,
  sessionId: string,
  { pullRequestId, commentIds }: ThreadsToAssign,
): Promise<readonly FoundThread[]> {
  const pullRequest = await getPullRequest(ports.store, organizationId, pullRequestId);
  if (pullRequest.sessionId !== sessionId)
    throw new AppError(
      "conflict",
      `Pull request #${pullRequest.number} does not belong to this session. Send the message to the pull request's session.`,
      { field: "pullRequestId" },
    );
  const entries = await conversationOf(ports, pullRequest);
  const inline = new Map(entries.filter(({ kind }) => kind === "inline").map((one) => [one.id, one]));
  const found = new Map<string, FoundThread>();
  for (const commentId of commentIds) {
    const comment = inline.get(commentId);
    if (comment === undefined)
      throw new AppError("not_found", `Inline comment inline-${commentId} was not found.`, {
        field: "reviewComments",
      });
    const threadId = comment.threadId ?? comment.id;
    if (found.has(threadId)) continue;
    const { path, line } = comment.place ?? { path: "", line: null };
    const place = line === null ? path : `${path}:${line}`;
    found.set(threadId, { pullRequestId: pullRequest.id, threadId, commentId, place });
  }
  return [...found.values()];
}
