import { AppError } from "../../../base/index.ts";
import { threadLabel } from "../../../sessions/index.ts";
import type { RunTool } from "../tool-call.ts";

/** Stores the agent's reply in a thread. Only threads that the turn's messages assigned can be answered. */
export const replyToReviewThread: RunTool<"reply_to_review_thread"> = async (
  { context },
  { thread, message, resolve },
) => {
  const { ports, session, lease, masker } = context;
  const { visibility } = await ports.store.sessions.get(session.id);
  if (visibility === "private")
    throw new AppError("conflict", "This session is private, so it does not reply in review threads.");
  const threads = await ports.store.assignedThreads.ofTurn(lease);
  const named = threads.filter(({ commentIds }) =>
    commentIds.some((commentId) => threadLabel({ commentId }) === thread),
  );
  const [found] = named;
  if (found === undefined)
    throw new AppError(
      "not_found",
      threads.length === 0
        ? "No review thread is assigned to this turn. Continue without a reply."
        : `Review thread ${JSON.stringify(thread)} is not assigned to this turn. Use one of: ${threads.map(threadLabel).join(", ")}.`,
    );
  if (named.length > 1)
    throw new AppError(
      "conflict",
      `Review thread ${thread} exists on several pull requests of this turn. Answer in your message instead.`,
    );
  await ports.store.assignedThreads.answer(lease, found, {
    answer: masker.mask(message),
    isFixed: resolve,
  });
  return { message: "Saved. Tembo posts the reply when the turn ends." };
};
